"""The recorded norms are those of the gradients that the backend itself computes."""

import keras
import numpy as np
import pytest
from optimizers.training import (
    BACKEND,
    INPUTS,
    MAKERS,
    TARGETS,
    compiled,
    steer,
    train,
    weights,
)

from paceline import cosine, refine
from paceline.callbacks import GradientNorms, RateRecorder, ReduceOnPlateau
from paceline.callbacks import _gradient_norms as module
from paceline.optimizers import Steered, with_norms, with_rates

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

BATCHES = [(INPUTS[at : at + 16], TARGETS[at : at + 16]) for at in range(0, 64, 16)]


def gradients(model, batch):
    """Return the gradient of the loss of a batch by the formulas of a tanh layer and a line."""
    x, y = batch
    w, b, v, c = (each.astype(np.float64) for each in model.get_weights())
    hidden = np.tanh(x @ w + b)
    error = 2 * (hidden @ v + c - y) / y.size
    back = (error @ v.T) * (1 - hidden**2)
    return np.concatenate(
        [np.ravel(each) for each in (x.T @ back, back.sum(0), hidden.T @ error, error.sum(0))]
    )


def by_hand(make, *, order, epochs=1, together=1):
    """Return the norms of a training with updates of the mean gradient of so many batches."""
    model = compiled(make())
    found = []
    for batch in BATCHES * epochs:
        found.append(gradients(model, batch))
        model.train_on_batch(*batch)
    means = np.mean(np.reshape(found, (-1, together, len(found[0]))), axis=1)
    return np.linalg.norm(means, ord=order, axis=1)


def recorded(optimizer, epochs=1, recorder=None, **options):
    """Return the recorder after a training."""
    recorder = recorder or GradientNorms()
    train(compiled(optimizer, **options), epochs, callbacks=[recorder])
    return recorder


@pytest.mark.parametrize(("name", "order"), [("momentum", 2), ("adamw", 1), ("rmsprop", 1)])
def test_they_are_the_norms_of_each_step(name, order):
    recorder = recorded(MAKERS[name](), 2)
    expected = by_hand(MAKERS[name], order=order, epochs=2)
    np.testing.assert_allclose(recorder.norms, expected, rtol=1e-5)
    np.testing.assert_array_equal(recorder.steps, np.arange(8))
    assert recorder.optimizer == ("sgd" if order == 2 else "adam")


def test_which_norm_may_be_said():
    recorder = recorded(MAKERS["momentum"](), recorder=GradientNorms(optimizer="adam"))
    np.testing.assert_allclose(recorder.norms, by_hand(MAKERS["momentum"], order=1), rtol=1e-5)


@pytest.mark.parametrize(
    "options", [{"global_clipnorm": 1e-3}, {"clipnorm": 1e-3}, {"clipvalue": 1e-4}]
)
def test_they_are_those_before_clipping(options):
    def make():
        return keras.optimizers.SGD(0.1, **options)

    np.testing.assert_allclose(recorded(make()).norms, by_hand(make, order=2), rtol=1e-5)


def test_they_are_without_a_fixed_loss_scale():
    np.testing.assert_allclose(
        recorded(MAKERS["scaled"]()).norms, by_hand(MAKERS["scaled"], order=2), rtol=1e-5
    )


@pytest.mark.parametrize("each", [2, 4])
def test_of_accumulated_gradients_they_are_those_of_the_mean(each):
    def make():
        return keras.optimizers.SGD(0.1, gradient_accumulation_steps=each)

    recorder = recorded(make(), 2)
    expected = by_hand(make, order=2, epochs=2, together=each)
    np.testing.assert_allclose(recorder.norms, expected, rtol=1e-5)
    np.testing.assert_array_equal(recorder.steps, np.arange(8 // each))


def test_mixed_precision_has_them_without_its_loss_scale_and_skips_what_it_skips():
    keras.config.set_dtype_policy("mixed_float16")
    try:
        scaling = keras.optimizers.LossScaleOptimizer(
            keras.optimizers.SGD(cosine(peak=0.1, steps=48)), initial_scale=2.0**40
        )
        model, recorder, rates = compiled(scaling), GradientNorms(), RateRecorder()
        train(model, 12, callbacks=[recorder, rates])
        assert isinstance(model.optimizer.inner_optimizer, Steered)
    finally:
        keras.config.set_dtype_policy("float32")
    assert 0 < len(recorder.norms) < 48
    np.testing.assert_array_equal(recorder.steps, rates.steps)
    assert np.all((recorder.norms > 0.01) & (recorder.norms < 5))


@pytest.mark.skipif(BACKEND == "torch", reason="Keras compiles nothing on PyTorch here")
@pytest.mark.parametrize(
    "options",
    [
        {"jit_compile": True},
        {"run_eagerly": True},
        {"steps_per_execution": 3, "jit_compile": False},
    ],
)
def test_every_way_to_run_a_step_records_the_same(options):
    found = recorded(MAKERS["momentum"](), 2, **options).norms
    expected = by_hand(MAKERS["momentum"], order=2, epochs=2)
    np.testing.assert_allclose(found, expected, rtol=1e-4)


@pytest.mark.parametrize("several", [1] if BACKEND == "torch" else [1, 2, 3])
@pytest.mark.parametrize("least", [1, 2, 3])
def test_a_training_longer_than_the_memory_is_recorded_whole(several, least, monkeypatch):
    monkeypatch.setattr(module, "_LEAST", least)
    options = {} if BACKEND == "torch" else {"steps_per_execution": several, "jit_compile": False}
    recorder = recorded(MAKERS["momentum"](), 3, **options)
    expected = by_hand(MAKERS["momentum"], order=2, epochs=3)
    np.testing.assert_allclose(recorder.norms, expected, rtol=1e-5)


def test_recording_changes_nothing_and_checkpoints_go_both_ways(tmp_path):
    plain, model = compiled(MAKERS["adamw"]()), compiled(MAKERS["adamw"]())
    losses = train(plain, 4).history["loss"]
    recorder = GradientNorms()
    train(model, 2, callbacks=[recorder])
    model.save_weights(tmp_path / "state.weights.h5")
    model.save(tmp_path / "model.keras")
    unwrapped = compiled(MAKERS["adamw"]())
    unwrapped.optimizer.build(unwrapped.trainable_variables)
    unwrapped.load_weights(tmp_path / "state.weights.h5")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert loaded.optimizer.get_config() == model.optimizer.get_config()
    for then in (model, unwrapped, loaded):
        rest = GradientNorms()
        found = train(then, 2, callbacks=[rest]).history["loss"]
        np.testing.assert_allclose(found, losses[2:], rtol=1e-6)
        np.testing.assert_array_equal(rest.steps, np.arange(8, 16))
        whole = np.concatenate([recorder.norms, rest.norms])
        expected = by_hand(MAKERS["adamw"], order=1, epochs=4)
        np.testing.assert_allclose(whole, expected, rtol=1e-5)
    train(plain, 1)
    train(loaded, 1)
    np.testing.assert_allclose(weights(loaded), weights(plain), rtol=1e-6, atol=1e-7)


def test_it_is_one_wrapper_with_all_that_steers():
    recorder, plateau = GradientNorms(), ReduceOnPlateau(monitor="loss", patience=1, threshold=9)
    for callbacks in ([recorder, plateau], [plateau, GradientNorms()]):
        model = compiled(steer(MAKERS["momentum"]()))
        train(model, 3, callbacks=callbacks)
        inside = model.optimizer
        assert isinstance(inside, Steered)
        assert not isinstance(inside.optimizer, Steered)
        assert inside.factor < 1
    np.testing.assert_allclose(recorder.norms, callbacks[1].norms, rtol=1e-6)
    assert len(recorder.norms) == 12


def test_a_second_recorder_of_the_other_norm_takes_over():
    model = compiled(MAKERS["momentum"]())
    first, second = GradientNorms(), GradientNorms(optimizer="adam")
    train(model, 1, callbacks=[first])
    train(model, 1, callbacks=[second])
    assert second.norms[0] > first.norms[-1]
    np.testing.assert_array_equal(second.steps, np.arange(4, 8))


def test_a_training_loop_of_ones_own_records_too():
    model = compiled(with_norms(with_rates(MAKERS["momentum"](), {"base": 1.0}), keeps=4))
    for batch in BATCHES:
        model.train_on_batch(*batch)
    expected = by_hand(MAKERS["momentum"], order=2)
    np.testing.assert_allclose(model.optimizer.norms_since(0), expected, rtol=1e-5)
    np.testing.assert_allclose(model.optimizer.norms_since(3), expected[3:], rtol=1e-5)
    model.train_on_batch(*BATCHES[0])
    with pytest.raises(ValueError, match="one of the last 4 updates; got first=0 at update 5"):
        model.optimizer.norms_since(0)


def test_what_is_recorded_can_be_refined():
    recorder = recorded(MAKERS["momentum"](), 4)
    schedule = refine(recorder.norms, peak=0.1, optimizer=recorder.optimizer)
    assert schedule.length == 16
    assert schedule(np.arange(17)).max() == 0.1
    train(compiled(keras.optimizers.SGD(schedule.over(8))), 2)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: GradientNorms(optimizer="adm"), "from 'sgd', 'adam'; got optimizer='adm'"),
        (lambda: GradientNorms(optimizer=2), "got optimizer=2"),
        (lambda: with_norms("sgd"), r"Keras optimizer; got 'sgd' \(str\)"),
        (lambda: with_norms(MAKERS["sgd"](), order=3), "order 1 or 2; got order=3"),
        (lambda: with_norms(MAKERS["sgd"](), order=True), "got order=True"),
        (lambda: with_norms(MAKERS["sgd"](), keeps=0), "keeps > 0; got keeps=0"),
        (lambda: Steered(MAKERS["sgd"]()).norms_since(0), "that keeps norms; got '(?i:sgd)"),
    ],
)
def test_what_is_wrong_is_said(make, message):
    with pytest.raises((TypeError, ValueError), match=message):
        make()

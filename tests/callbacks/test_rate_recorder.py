"""The recorder's rates are those that the optimizer used: read from the weights themselves."""

import builtins

import keras
import numpy as np
import pytest
from optimizers.training import BACKEND, INPUTS, TARGETS, compiled, fitted, steer, train

from paceline.callbacks import RateRecorder
from paceline.optimizers import with_rates
from paceline.schedules import Cosine, Linear, wsd

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

RATE = Linear(start=0.0, end=0.1, steps=3) >> Cosine(start=0.1, end=0.0, steps=9)


def used(rates_of_fit, epochs=3, **options):
    """Return how far a weight moved at each update whose gradient is always -1: the rates."""
    model = keras.Sequential(
        [keras.Input((1,)), keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")]
    )
    model.compile(rates_of_fit, loss=lambda y, output: -output, **options)
    recorder = RateRecorder()
    places = [0.0]

    class Watch(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            if BACKEND == "jax":
                self.model.jax_state_sync()
            places.append(float(self.model.get_weights()[0][0, 0]))

    ones = np.ones((16, 1), dtype="float32")
    callbacks = [Watch(), recorder]
    history = model.fit(ones, ones, 4, epochs, verbose=0, callbacks=callbacks, shuffle=False)
    return np.diff(places), recorder, history.history["learning_rate"]


def test_every_rate_is_the_one_that_the_update_was_made_with():
    moved, recorder, history = used(keras.optimizers.SGD(RATE))
    np.testing.assert_array_equal(recorder.steps, np.arange(12))
    np.testing.assert_array_equal(recorder.rates, RATE(np.arange(12)))
    np.testing.assert_allclose(recorder.rates, moved, atol=1e-7)
    np.testing.assert_array_equal(history, RATE(np.array([3, 7, 11])))


@pytest.mark.skipif(BACKEND == "torch", reason="Keras runs one step at once on PyTorch")
@pytest.mark.parametrize("several", [2, 3, 5])
def test_several_steps_in_one_execution_are_all_recorded(several):
    _, recorder, history = used(keras.optimizers.SGD(RATE), steps_per_execution=several)
    np.testing.assert_array_equal(recorder.rates, RATE(np.arange(12)))
    np.testing.assert_array_equal(history, RATE(np.array([3, 7, 11])))


def test_of_accumulated_gradients_the_rate_of_the_update_is_recorded():
    optimizer = keras.optimizers.SGD(RATE, gradient_accumulation_steps=2)
    moved, recorder, _ = used(optimizer)
    np.testing.assert_array_equal(recorder.steps, np.arange(6))
    np.testing.assert_array_equal(recorder.rates, RATE(np.arange(1, 12, 2)))
    np.testing.assert_allclose(recorder.rates, moved[1::2], atol=1e-7)


def test_a_number_that_changes_between_epochs_is_recorded():
    model = compiled(keras.optimizers.SGD(0.5))
    recorder = RateRecorder()
    halved = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2)
    history = train(model, 3, callbacks=[halved, recorder]).history
    np.testing.assert_allclose(recorder.rates, np.repeat([0.25, 0.125, 0.0625], 4))
    np.testing.assert_allclose(history["learning_rate"], [0.25, 0.125, 0.0625])


@pytest.mark.skipif(BACKEND == "jax", reason="JAX hands the variables over for an epoch")
@pytest.mark.parametrize("several", [1] if BACKEND == "torch" else [1, 2])
def test_a_number_that_changes_between_batches_is_recorded(several):
    class Falling(keras.callbacks.Callback):
        def on_train_batch_begin(self, batch, logs=None):
            self.model.optimizer.learning_rate = 1 / (2 + batch)

    model = compiled(keras.optimizers.SGD(0.5), steps_per_execution=several)
    recorder = RateRecorder()
    train(model, 2, callbacks=[Falling(), recorder])
    one = [1 / 2, 1 / 3, 1 / 4, 1 / 5] if several == 1 else [1 / 2, 1 / 2, 1 / 4, 1 / 4]
    np.testing.assert_allclose(recorder.rates, one * 2)


@pytest.mark.parametrize(
    "schedule",
    [
        keras.optimizers.schedules.CosineDecay(0.1, 8),
        keras.optimizers.schedules.PiecewiseConstantDecay([2, 5], [0.3, 0.2, 0.1]),
    ],
)
def test_a_schedule_of_keras_is_recorded(schedule):
    moved, recorder, _ = used(keras.optimizers.SGD(schedule))
    np.testing.assert_allclose(recorder.rates, moved, atol=1e-7)


def test_a_schedule_of_the_users_own_is_recorded():
    class Own(keras.optimizers.schedules.LearningRateSchedule):
        def __call__(self, step):
            return 0.1 / (1 + keras.ops.cast(step, "float32"))

    moved, recorder, _ = used(keras.optimizers.SGD(Own()))
    np.testing.assert_allclose(recorder.rates, moved, atol=1e-7)


def test_updates_that_loss_scaling_skips_are_not_recorded():
    keras.config.set_dtype_policy("mixed_float16")
    try:
        inner = keras.optimizers.SGD(RATE)
        scaling = keras.optimizers.LossScaleOptimizer(inner, initial_scale=2.0**40)
        model = compiled(scaling)
        recorder = RateRecorder()
        train(model, 12, callbacks=[recorder])
        done = int(model.optimizer.iterations)
    finally:
        keras.config.set_dtype_policy("float32")
    assert 0 < done < 48
    np.testing.assert_array_equal(recorder.rates, RATE(np.arange(done)))


def test_a_steered_optimizer_is_recorded_and_goes_on_where_it_was():
    recorder = RateRecorder()
    model = compiled(with_rates(keras.optimizers.SGD(RATE), {"base": 0.1}))
    train(model, 1, callbacks=[recorder])
    train(model, 2, callbacks=[recorder])
    np.testing.assert_array_equal(recorder.steps, np.arange(12))
    np.testing.assert_array_equal(recorder.rates, RATE(np.arange(12)))
    one = RateRecorder()
    again = fitted(steer(keras.optimizers.SGD(RATE, momentum=0.9)), epochs=1)
    train(again, 1, callbacks=[one])
    np.testing.assert_array_equal(one.steps, np.arange(4, 8))


def test_a_training_loop_of_ones_own_records_too():
    model = compiled(keras.optimizers.SGD(RATE))
    recorder = RateRecorder()
    callbacks = keras.callbacks.CallbackList([recorder], model=model)
    for epoch in range(2):
        callbacks.on_epoch_begin(epoch)
        for start in range(0, 64, 16):
            model.train_on_batch(INPUTS[start : start + 16], TARGETS[start : start + 16])
        callbacks.on_epoch_end(epoch)
    np.testing.assert_array_equal(recorder.rates, RATE(np.arange(8)))


def test_tensorboard_gets_every_step(tmp_path):
    event_file = pytest.importorskip("tensorboard.backend.event_processing.event_file_loader")
    model = compiled(keras.optimizers.SGD(RATE))
    train(model, 2, callbacks=[RateRecorder(log_dir=tmp_path)])
    (path,) = tmp_path.iterdir()
    found = {
        event.step: event.summary.value[0].tensor.float_val[0]
        for event in event_file.EventFileLoader(str(path)).Load()
        if event.summary.value and event.summary.value[0].tag == "learning_rate"
    }
    assert list(found) == list(range(8))
    np.testing.assert_allclose(list(found.values()), RATE(np.arange(8)), rtol=1e-6)


def test_without_tensorboard_the_extra_is_named(tmp_path, monkeypatch):
    imported = builtins.__import__

    def missing(name, *rest, **more):
        if name.startswith("tensorboard"):
            raise ImportError(name)
        return imported(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(ImportError, match=r"pip install 'paceline\[tensorboard\]'"):
        RateRecorder(log_dir=tmp_path)


def test_a_chart_shows_the_rates_that_were_used(tmp_path):
    recorder = RateRecorder()
    with pytest.raises(ValueError, match=r"callbacks=\[recorder\]"):
        recorder.chart()
    steps = wsd(peak=0.1, steps=8, warmup=2)
    train(compiled(keras.optimizers.SGD(steps)), 2, callbacks=[recorder])
    recorder.chart().save(tmp_path / "rates.png")
    assert (tmp_path / "rates.png").stat().st_size > 5_000

"""Plateau and greedy: what they decide is what Keras' own would, and a resume changes nothing."""

import keras
import numpy as np
import pytest
from optimizers.training import BACKEND, INPUTS, MAKERS, TARGETS, compiled, steer, train, weights

from paceline.callbacks import Greedy, RateRecorder, ReduceOnPlateau
from paceline.optimizers import Steered, adjustable, with_rates
from paceline.schedules import Constant, cosine

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

RATE = cosine(peak=0.1, steps=48)
NOISY = np.abs(np.random.default_rng(3).normal(size=40)).cumsum()[::-1] ** 0.5
NOISY = NOISY + 0.3 * np.random.default_rng(4).normal(size=40)


class Told(keras.callbacks.Callback):
    """Puts the next of some values into the logs, as if a metric had said so."""

    def __init__(self, values, name="told"):
        super().__init__()
        self.values, self.name = iter(values), name

    def on_epoch_end(self, epoch, logs=None):
        logs[self.name] = float(next(self.values))


def factors(callback, values, optimizer=None, name="told"):
    """Return the factor of the rate after each epoch in which the metric had one of `values`."""
    model = compiled(optimizer or keras.optimizers.SGD(RATE))
    history = train(model, len(values), callbacks=[Told(values, name), callback])
    return history.history["rate_factor"]


@pytest.mark.parametrize(
    "options",
    [
        {"patience": 1},
        {"patience": 2, "cooldown": 2},
        {"patience": 3, "factor": 0.5, "cooldown": 1, "threshold": 0.2},
        {"patience": 1, "factor": 0.3, "floor": 0.05},
        {"patience": 2, "mode": "max"},
    ],
)
def test_it_decides_as_keras_does_for_a_rate_that_is_a_number(options):
    given = {"factor": 0.1, "threshold": 1e-4, "floor": 0.0, "mode": "min", **options}
    renamed = {"threshold": "min_delta", "floor": "min_lr"}
    theirs = keras.callbacks.ReduceLROnPlateau(
        monitor="told", **{renamed.get(name, name): value for name, value in given.items()}
    )
    model = compiled(keras.optimizers.SGD(1.0))
    history = train(model, 40, callbacks=[Told(NOISY), theirs, RateRecorder()]).history
    after = [*history["learning_rate"][1:], float(model.optimizer.learning_rate)]
    ours = factors(ReduceOnPlateau(monitor="told", relative=False, **given), NOISY)
    np.testing.assert_allclose(ours, after, rtol=1e-6)
    assert len(set(ours)) > 2


def test_a_relative_threshold_is_a_share_of_the_best():
    values = [1.0, 0.95, 0.89, 0.85, 0.79, 0.75]
    plateau = ReduceOnPlateau(monitor="told", factor=0.5, patience=1, threshold=0.1)
    np.testing.assert_allclose(factors(plateau, values), [1, 0.5, 0.5, 0.25, 0.25, 0.125])
    assert [epoch for epoch, _ in plateau.changes] == [1, 3, 5]


def test_the_factor_multiplies_the_schedule_step_by_step():
    recorder = RateRecorder()
    model = compiled(keras.optimizers.SGD(RATE))
    plateau = ReduceOnPlateau(monitor="told", factor=0.5, patience=1)
    train(model, 4, callbacks=[Told([1, 1, 1, 1]), plateau, recorder])
    np.testing.assert_allclose(
        recorder.rates, RATE(np.arange(16)) * np.repeat([1, 1, 0.5, 0.25], 4), rtol=1e-6
    )


def test_what_is_trained_is_the_schedule_times_the_factor():
    model = compiled(keras.optimizers.SGD(RATE, momentum=0.9))
    plateau = ReduceOnPlateau(monitor="told", factor=0.5, patience=1)
    train(model, 3, callbacks=[Told([1, 1, 1]), plateau])
    factor = Constant(rate=1.0, steps=8) >> Constant(rate=0.5)
    by_hand = compiled(keras.optimizers.SGD(RATE.overlapped(factor), momentum=0.9))
    train(by_hand, 3)
    np.testing.assert_allclose(weights(model), weights(by_hand), rtol=1e-6, atol=1e-7)


def test_layers_with_rates_of_their_own_are_multiplied_too():
    steady = with_rates(keras.optimizers.SGD(RATE), {"base": RATE, "head": 0.5})
    plain = with_rates(keras.optimizers.SGD(0.5 * RATE), {"base": 0.5 * RATE, "head": 0.5})
    model, other = compiled(adjustable(steady)), compiled(plain)
    model.optimizer.build(model.trainable_variables)
    model.optimizer.factor = 0.5
    train(model, 2)
    train(other, 2)
    np.testing.assert_allclose(weights(model), weights(other), rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("name", ["momentum", "adamw"])
@pytest.mark.parametrize("way", ["model", "weights"])
def test_a_resumed_training_decides_as_one_that_never_stopped(name, way, tmp_path):
    values = [1.0, 1.0, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9]

    def plateau():
        return ReduceOnPlateau(monitor="told", factor=0.5, patience=2, cooldown=1)

    def make():
        return compiled(adjustable(steer(MAKERS[name]())))

    never = make()
    whole = train(never, 8, callbacks=[Told(values), plateau()]).history["rate_factor"]
    first = make()
    train(first, 4, callbacks=[Told(values[:4]), plateau()])
    if way == "model":
        first.save(tmp_path / "model.keras")
        then = keras.models.load_model(tmp_path / "model.keras")
    else:
        first.save_weights(tmp_path / "state.weights.h5")
        then = make()
        then.optimizer.build(then.trainable_variables)
        then.load_weights(tmp_path / "state.weights.h5")
    assert then.optimizer.factor == first.optimizer.factor
    rest = train(then, 4, callbacks=[Told(values[4:]), plateau()]).history["rate_factor"]
    assert rest == whole[4:]
    assert rest[-1] < rest[0]
    np.testing.assert_allclose(weights(then), weights(never), rtol=1e-6, atol=1e-7)


def test_a_saved_model_remembers_the_factor_that_a_callback_brought(tmp_path):
    def plateau():
        return ReduceOnPlateau(monitor="told", factor=0.5, patience=1)

    model = compiled(keras.optimizers.SGD(RATE))
    train(model, 3, callbacks=[Told([1, 1, 1]), plateau()])
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    assert again.optimizer.factor == model.optimizer.factor == 0.25
    train(again, 1, callbacks=[Told([1]), plateau()])
    assert again.optimizer.factor == 0.125


@pytest.mark.parametrize("wraps", [(False, True), (True, False)])
def test_a_checkpoint_of_a_plain_optimizer_loads_into_an_adjustable_one_and_back(wraps, tmp_path):
    made = [adjustable(MAKERS["adamw"]()) if wrap else MAKERS["adamw"]() for wrap in wraps]
    first, then = compiled(made[0]), compiled(made[1])
    train(first, 2)
    first.save_weights(tmp_path / "state.weights.h5")
    then.optimizer.build(then.trainable_variables)
    then.load_weights(tmp_path / "state.weights.h5")
    train(first, 1)
    train(then, 1)
    np.testing.assert_allclose(weights(then), weights(first), rtol=1e-6, atol=1e-7)


def test_it_works_after_a_fit_without_it():
    model = compiled(keras.optimizers.SGD(RATE))
    train(model, 1)
    assert not isinstance(model.optimizer, Steered)
    train(model, 2, callbacks=[Told([1, 1]), ReduceOnPlateau(monitor="told", patience=1)])
    assert model.optimizer.factor == pytest.approx(0.1)
    before = weights(model)
    train(model, 1)
    assert np.any(before != weights(model))


def test_the_factor_stays_where_a_built_optimizer_is_steered_on():
    model = compiled(adjustable(keras.optimizers.SGD(RATE)))
    train(model, 2, callbacks=[Told([1, 1]), ReduceOnPlateau(monitor="told", patience=1)])
    again = with_rates(model.optimizer, {"base": 0.5})
    assert again.factor == model.optimizer.factor == pytest.approx(0.1)


def test_mixed_precision_is_adjusted_inside_its_loss_scaling():
    keras.config.set_dtype_policy("mixed_float16")
    try:
        model = compiled(keras.optimizers.SGD(RATE))
        recorder = RateRecorder()
        plateau = ReduceOnPlateau(monitor="told", factor=0.5, patience=1)
        train(model, 3, callbacks=[Told([1, 1, 1]), plateau, recorder])
        assert isinstance(model.optimizer, keras.optimizers.LossScaleOptimizer)
    finally:
        keras.config.set_dtype_policy("float32")
    np.testing.assert_allclose(
        recorder.rates, RATE(np.arange(12)) * np.repeat([1, 1, 0.5], 4), rtol=1e-6
    )


@pytest.mark.skipif(BACKEND == "torch", reason="Keras compiles nothing on PyTorch here")
@pytest.mark.parametrize("options", [{"jit_compile": True}, {"run_eagerly": True}])
def test_compiled_and_eager_steps_see_the_factor_change(options):
    found = []
    for each in ({"jit_compile": False}, options):
        model = compiled(keras.optimizers.SGD(RATE), **each)
        plateau = ReduceOnPlateau(monitor="told", factor=0.5, patience=1)
        train(model, 3, callbacks=[Told([1, 1, 1]), plateau])
        found.append(weights(model))
    np.testing.assert_allclose(found[0], found[1], rtol=1e-5, atol=1e-6)


def test_greedy_goes_up_while_it_improves_and_down_while_it_does_not():
    values = [1.0, 0.9, 0.8, 0.8, 0.9, 0.7]
    greedy = Greedy(monitor="told", factor=0.5, ceiling=4.0)
    np.testing.assert_allclose(factors(greedy, values), [2, 4, 4, 2, 1, 2])
    patient = Greedy(monitor="told", factor=0.5, patience=1)
    np.testing.assert_allclose(factors(patient, values), [1, 2, 2, 2, 1, 1])
    low = Greedy(monitor="told", factor=0.5, floor=0.4)
    np.testing.assert_allclose(factors(low, [1, 1, 1, 1]), [2, 1, 0.5, 0.4])


def test_larger_is_better_in_an_accuracy():
    values = [0.1, 0.2, 0.3, 0.3]
    plateau = ReduceOnPlateau(monitor="val_accuracy", patience=1)
    np.testing.assert_allclose(factors(plateau, values, name="val_accuracy"), [1, 1, 1, 0.1])


def test_a_metric_that_is_not_finite_is_no_improvement():
    plateau = ReduceOnPlateau(monitor="told", factor=0.5, patience=1)
    nan, inf = float("nan"), float("inf")
    found = factors(plateau, [nan, 1.0, nan, -inf, 0.9])
    np.testing.assert_allclose(found, [0.5, 0.5, 0.25, 0.125, 0.125])


def test_a_real_plateau_is_found_in_the_validation_loss():
    model = compiled(keras.optimizers.SGD(0.5))
    plateau = ReduceOnPlateau(factor=0.5, patience=2, threshold=0.2)
    train(model, 60, callbacks=[plateau], validation_data=(INPUTS, TARGETS))
    assert plateau.changes
    assert model.optimizer.factor == pytest.approx(0.5 ** len(plateau.changes))


def test_a_change_is_printed_where_it_is_asked_for(capsys):
    factors(ReduceOnPlateau(monitor="told", patience=1, verbose=1), [1.0, 2.0])
    said = capsys.readouterr().out
    assert "Epoch 2: told 2, best 1: ReduceOnPlateau sets the rate's factor to 0.1." in said


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: ReduceOnPlateau(factor=0), "factor above 0 and at most 1; got factor=0"),
        (lambda: ReduceOnPlateau(factor=2), "got factor=2"),
        (lambda: ReduceOnPlateau(patience=0), "patience > 0; got patience=0"),
        (lambda: ReduceOnPlateau(patience=1.5), r"got patience=1.5 \(float\)"),
        (lambda: ReduceOnPlateau(cooldown=-1), "got cooldown=-1"),
        (lambda: ReduceOnPlateau(threshold=-1), "got threshold=-1"),
        (lambda: ReduceOnPlateau(floor=float("nan")), "got floor=nan"),
        (lambda: ReduceOnPlateau(mode="least"), "from 'auto', 'min', 'max'; got mode='least'"),
        (lambda: ReduceOnPlateau(monitor=3), "got monitor=3"),
        (lambda: ReduceOnPlateau(relative=1), "got relative=1"),
        (lambda: Greedy(ceiling=0), "got ceiling=0"),
        (lambda: Greedy(factor="a"), "got factor='a'"),
        (
            lambda: train(compiled("sgd"), 1, callbacks=[ReduceOnPlateau(monitor="los")]),
            r"monitor='los'\. Did you mean loss\?",
        ),
        (
            lambda: train(compiled("sgd"), 1, callbacks=[Greedy(), ReduceOnPlateau()]),
            "for itself; got Greedy beside it",
        ),
        (lambda: setattr(Steered(MAKERS["sgd"]()), "factor", 0.5), "adjustable and built"),
    ],
)
def test_what_is_wrong_is_said(make, message):
    with pytest.raises((TypeError, ValueError), match=message):
        make()


def test_a_missing_validation_metric_warns():
    with pytest.warns(UserWarning, match="Give validation_data"):
        train(compiled(keras.optimizers.SGD(0.1)), 1, callbacks=[ReduceOnPlateau()])

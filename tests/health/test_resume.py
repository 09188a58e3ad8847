"""resume puts the optimizer where the training stopped, whatever kind of checkpoint there is."""

import warnings

import keras
import numpy as np
import pytest
from health.resuming import SCHEDULE, made, names, train

import paceline
from paceline.optimizers import adjustable, with_rates
from paceline.schedules import Constant

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@pytest.mark.parametrize("kind", ["state.weights.h5", "model.keras"])
@pytest.mark.parametrize("wraps", [False, True])
def test_a_checkpoint_of_a_fixed_rate_goes_on_under_a_schedule(kind, wraps, tmp_path):
    """The same rate by a number and by a schedule: then nothing may differ."""
    never = made(0.05)
    whole = train(never, 6)
    first = made(0.05)
    train(first, 3)
    (first.save if kind.endswith("keras") else first.save_weights)(tmp_path / kind)
    then = made(Constant(rate=0.05))
    if wraps:
        then.compile(with_rates(then.optimizer, {"*": 1.0}), "mse")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Keras: skipping the optimizer's variables
        if kind.endswith("keras"):
            then.set_weights(keras.models.load_model(tmp_path / kind).get_weights())
        else:
            then.load_weights(tmp_path / kind)
    assert int(then.optimizer.iterations) == 0
    rate = paceline.resume(then, checkpoint=tmp_path / kind)
    assert rate == pytest.approx(0.05)
    assert int(then.optimizer.iterations) == 12
    np.testing.assert_allclose(train(then, 6, initial_epoch=3), whole[3:], rtol=1e-6)


def test_a_checkpoint_of_a_schedule_goes_on_at_a_fixed_rate(tmp_path):
    never = made(Constant(rate=0.05))
    whole = train(never, 6)
    first = made(Constant(rate=0.05))
    train(first, 3)
    first.save_weights(tmp_path / "state.weights.h5")
    then = made(0.05)
    then.set_weights(first.get_weights())
    paceline.resume(then, checkpoint=tmp_path / "state.weights.h5")
    assert float(then.optimizer.learning_rate) == pytest.approx(0.05)
    np.testing.assert_allclose(train(then, 6, initial_epoch=3), whole[3:], rtol=1e-6)


def test_weights_loaded_before_the_optimizer_was_built_are_no_loss(tmp_path):
    whole = train(made(), 6)
    first = made()
    train(first, 3)
    first.save_weights(tmp_path / "state.weights.h5")
    then = made(build=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        then.load_weights(tmp_path / "state.weights.h5")
    rate = paceline.resume(then, checkpoint=tmp_path / "state.weights.h5")
    assert rate == pytest.approx(SCHEDULE(12))
    np.testing.assert_allclose(train(then, 6, initial_epoch=3), whole[3:], rtol=1e-6)


def test_a_step_alone_sets_the_rate():
    model = made(build=False)
    assert paceline.resume(model, step=30) == pytest.approx(SCHEDULE(30))
    assert model.optimizer.built
    assert paceline.resume(model, step=0) == pytest.approx(0.1)


def test_with_accumulation_a_step_is_an_update():
    model = made(SCHEDULE.accumulated(2), gradient_accumulation_steps=2)
    assert paceline.resume(model, step=10) == pytest.approx(SCHEDULE(10))
    assert int(model.optimizer._iterations) == 20


def test_loss_scaling_has_its_optimizer_put_there(tmp_path):
    keras.config.set_dtype_policy("mixed_float16")
    try:
        first = made()
        train(first, 3)
        first.save_weights(tmp_path / "state.weights.h5")
        then = made(build=False)
        then.set_weights(first.get_weights())
        paceline.resume(then, checkpoint=tmp_path / "state.weights.h5")
        assert int(then.optimizer.iterations) == int(first.optimizer.iterations)
        pairs = zip(
            then.optimizer.inner_optimizer.variables,
            first.optimizer.inner_optimizer.variables,
            strict=True,
        )
        for one, other in pairs:
            np.testing.assert_array_equal(one.numpy(), other.numpy())
    finally:
        keras.config.set_dtype_policy("float32")


def test_the_factor_of_an_adjustable_optimizer_comes_back_too(tmp_path):
    first = made()
    first.compile(adjustable(first.optimizer), "mse")
    train(first, 1)
    first.optimizer.factor = 0.5
    first.save_weights(tmp_path / "state.weights.h5")
    then = made()
    then.compile(adjustable(then.optimizer), "mse")
    assert paceline.resume(then, checkpoint=tmp_path / "state.weights.h5") == pytest.approx(
        0.5 * SCHEDULE(4)
    )


def test_after_resume_audit_finds_nothing(tmp_path):
    model = made()
    train(model, 3)
    model.save_weights(tmp_path / "state.weights.h5")
    for build in (True, False):
        then = made(build=build)
        then.set_weights(model.get_weights())
        assert names(then, epochs=10, initial_epoch=3) == ["lost_state"]
        paceline.resume(then, step=12)
        assert names(then, epochs=10, initial_epoch=3) == []


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda path: paceline.resume(made()), "resume needs step.*or checkpoint"),
        (lambda path: paceline.resume(made(), step=-1), "step >= 0; got step=-1"),
        (lambda path: paceline.resume(made(), step=1.5), r"got step=1.5 \(float\)"),
        (lambda path: paceline.resume(made().optimizer, step=1), "needs model, one of Keras"),
        (
            lambda path: paceline.resume(keras.Sequential([keras.layers.Dense(1)]), step=1),
            "compiled model",
        ),
        (lambda path: paceline.resume(made(), checkpoint=path / "none.h5"), "which is no file"),
        (lambda path: paceline.resume(made(), checkpoint=text(path)), "which is none"),
        (lambda path: paceline.resume(made(), checkpoint=bare(path)), "which holds none"),
        (lambda path: paceline.resume(made(), checkpoint=adam(path)), "with 10"),
    ],
)
def test_what_is_wrong_is_said(call, message, tmp_path):
    with pytest.raises((TypeError, ValueError, FileNotFoundError), match=message):
        call(tmp_path)


def text(path):
    (path / "notes.h5").write_text("no weights")
    return path / "notes.h5"


def bare(path):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4)])
    model.save_weights(path / "bare.weights.h5")
    return path / "bare.weights.h5"


def adam(path):
    model = made()
    model.compile("adam", "mse")
    train(model, 1)
    model.save_weights(path / "adam.weights.h5")
    return path / "adam.weights.h5"

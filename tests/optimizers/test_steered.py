"""The wrapper by itself: it changes nothing, and its checkpoints are those of what is inside."""

import os
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
from optimizers.training import (
    BACKEND,
    MAKERS,
    RATE,
    compiled,
    fitted,
    network,
    steer,
    train,
    weights,
)

from paceline.optimizers import Steered, with_rates

# Keras' own, where it reads a variable with NumPy 2
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@pytest.mark.parametrize("name", MAKERS)
def test_the_wrapper_alone_changes_nothing(name):
    plain, wrapped = fitted(MAKERS[name]()), fitted(Steered(MAKERS[name]()))
    np.testing.assert_allclose(weights(wrapped), weights(plain), rtol=1e-6, atol=1e-7)
    assert len(wrapped.optimizer.variables) == len(plain.optimizer.variables)
    for one, other in zip(wrapped.optimizer.variables, plain.optimizer.variables, strict=True):
        np.testing.assert_allclose(
            *map(keras.ops.convert_to_numpy, (one, other)), rtol=1e-5, atol=1e-7
        )


@pytest.mark.parametrize("name", ["momentum", "adamw", "accumulating"])
@pytest.mark.parametrize("wraps", [(False, True), (True, False), (True, True)])
def test_a_checkpoint_goes_from_one_into_the_other(name, wraps, tmp_path):
    made = [Steered(MAKERS[name]()) if wrap else MAKERS[name]() for wrap in (False, *wraps)]
    never_stopped = fitted(made[0], epochs=3)
    first = fitted(made[1], epochs=2)
    first.save_weights(tmp_path / "state.weights.h5")
    then = compiled(made[2])
    then.optimizer.build(then.trainable_variables)
    then.load_weights(tmp_path / "state.weights.h5")
    assert int(then.optimizer._iterations) == 8
    train(then, 1)
    np.testing.assert_allclose(weights(then), weights(never_stopped), rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("name", ["momentum", "adamw", "rmsprop", "lion"])
def test_a_saved_model_goes_on_as_if_it_had_never_stopped(name, tmp_path):
    never_stopped = fitted(steer(MAKERS[name]()), epochs=3)
    model = fitted(steer(MAKERS[name]()), epochs=1)
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    assert isinstance(again.optimizer, Steered)
    assert again.optimizer.get_config() == model.optimizer.get_config()
    train(again, 2)
    np.testing.assert_allclose(weights(again), weights(never_stopped), rtol=1e-6, atol=1e-7)


def test_the_state_is_written_once(tmp_path):
    sizes = []
    for make in (MAKERS["adamw"], lambda: Steered(MAKERS["adamw"]())):
        path = tmp_path / "state.weights.h5"
        fitted(make(), epochs=1).save_weights(path)
        sizes.append(path.stat().st_size)
    assert sizes[1] < 1.2 * sizes[0]


def test_steering_twice_is_one_wrapper():
    both = steer(MAKERS["momentum"]())
    assert type(both.optimizer) is type(MAKERS["momentum"]())
    assert set(both.hyperparameters) == {"momentum", "weight_decay"}
    assert list(both.patterns.given) == ["base", "head/bias"]
    with pytest.raises(ValueError, match="once; got base again"):
        with_rates(both, {"base": 0.1})


def test_a_rate_can_be_set_and_read_through_the_wrapper():
    optimizer = with_rates(keras.optimizers.SGD(0.1, momentum=0.9), {"base": 0.5})
    optimizer.learning_rate = 0.25
    assert float(optimizer.learning_rate) == float(optimizer.optimizer.learning_rate) == 0.25
    assert optimizer.momentum == 0.9
    optimizer.learning_rate = RATE
    assert float(optimizer.learning_rate) == pytest.approx(0.1)


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_mixed_precision_scales_the_loss_around_it(policy):
    keras.config.set_dtype_policy(policy)
    try:
        plain, wrapped = fitted(MAKERS["momentum"]()), fitted(Steered(MAKERS["momentum"]()))
        np.testing.assert_allclose(weights(wrapped), weights(plain), rtol=1e-5, atol=1e-6)
        frozen = fitted(with_rates(MAKERS["adamw"](), {"base": 0.0}))
        start = weights(network(), "base")
    finally:
        keras.config.set_dtype_policy("float32")
    np.testing.assert_array_equal(weights(frozen, "base"), start)
    assert int(frozen.optimizer.iterations) == 8


@pytest.mark.skipif(BACKEND == "torch", reason="Keras compiles nothing on PyTorch here")
@pytest.mark.parametrize(
    "options", [{"jit_compile": True}, {"run_eagerly": True}, {"steps_per_execution": 3}]
)
def test_every_way_to_run_a_step_gives_the_same(options):
    reference = weights(fitted(steer(MAKERS["momentum"]()), jit_compile=False))
    other = weights(fitted(steer(MAKERS["momentum"]()), **{"jit_compile": False, **options}))
    np.testing.assert_allclose(other, reference, rtol=1e-5, atol=1e-6)


@pytest.mark.slow
@pytest.mark.skipif(BACKEND != "tensorflow", reason="MirroredStrategy is TensorFlow's")
def test_two_replicas_train_as_one():
    mirrored = Path(__file__).with_name("mirrored.py")  # devices are split before the first use
    result = subprocess.run(
        [sys.executable, str(mirrored)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(mirrored.parent.parent), *sys.path])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    done = "momentum adamw rmsprop plateau schedule-free prodigy norms refused"
    assert result.stdout.split() == done.split()

"""Trains on two logical CPU devices and on one, and compares; run by test_steered.py."""

import contextlib
import functools

import keras
import numpy as np
import pytest
import tensorflow as tf
from optimizers.training import INPUTS, MAKERS, TARGETS, compiled, fitted, steer, train, weights

from paceline.callbacks import AtAverage, GradientNorms, ReduceOnPlateau
from paceline.optimizers import Prodigy, ScheduleFreeAdamW, with_rates
from paceline.schedules import cosine


def main() -> None:
    cpu = tf.config.list_physical_devices("CPU")[0]
    tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
    strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    assert strategy.num_replicas_in_sync == 2
    for name in ("momentum", "adamw", "rmsprop"):
        alone = weights(fitted(steer(MAKERS[name]()), jit_compile=False))
        with strategy.scope():
            both = fitted(steer(MAKERS[name]()), jit_compile=False)
        np.testing.assert_allclose(weights(both), alone, rtol=1e-4, atol=1e-5)
        print(name)
    plateau = functools.partial(ReduceOnPlateau, monitor="loss", threshold=10.0, patience=1)
    one = compiled(MAKERS["momentum"](), jit_compile=False)
    train(one, 3, callbacks=[plateau()])
    with strategy.scope():
        two = compiled(MAKERS["momentum"](), jit_compile=False)
    train(two, 3, callbacks=[plateau()])
    assert two.optimizer.factor == one.optimizer.factor < 0.1
    np.testing.assert_allclose(weights(two), weights(one), rtol=1e-4, atol=1e-5)
    print("plateau")
    schedule_free(strategy)
    print("schedule-free")
    given = {"d0": 1e-4, "weight_decay": 0.01}
    one = fitted(Prodigy(cosine(peak=1.0, steps=8), **given), jit_compile=False)
    with strategy.scope():
        two = fitted(Prodigy(cosine(peak=1.0, steps=8), **given), jit_compile=False)
    np.testing.assert_allclose(weights(two), weights(one), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(two.optimizer.d, one.optimizer.d, rtol=1e-4)
    assert two.optimizer.d > 1.2e-4
    print("prodigy")
    norms = []
    for scope in (contextlib.nullcontext(), strategy.scope()):
        with scope:
            model = compiled(MAKERS["momentum"](), jit_compile=False)
        recorder = GradientNorms()
        train(model, 2, callbacks=[recorder])
        norms.append(recorder.norms)
    np.testing.assert_allclose(*norms, rtol=1e-5)
    assert len(norms[0]) == 8
    print("norms")
    with strategy.scope():
        # Keras' own optimizers can't accumulate here: the day they can, so should ours
        with pytest.raises(RuntimeError, match="merge_call"):
            fitted(keras.optimizers.SGD(0.1, gradient_accumulation_steps=2), jit_compile=False)
        print("refused")


def schedule_free(strategy: tf.distribute.Strategy) -> None:
    def make() -> keras.optimizers.Optimizer:
        return with_rates(ScheduleFreeAdamW(0.02, weight_decay=0.2), {"base": 0.5})

    alone = compiled(make(), jit_compile=False)
    options = {"callbacks": [AtAverage()], "validation_data": (INPUTS, TARGETS)}
    one = train(alone, 3, **options).history
    with strategy.scope():
        both = compiled(make(), jit_compile=False)
    two = train(both, 3, **options).history
    for name in ("loss", "val_loss"):
        np.testing.assert_allclose(two[name], one[name], rtol=1e-4)
    for variable in [*both.trainable_variables, *both.optimizer.variables]:
        first, second = (each.numpy() for each in variable.value.values)
        np.testing.assert_array_equal(second, first)
    assert both.optimizer.at_average
    np.testing.assert_allclose(weights(both), weights(alone), rtol=1e-4, atol=1e-5)


if __name__ == "__main__":
    main()

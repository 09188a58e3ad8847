"""A range test under two logical CPU devices and under one; run by test_find.py."""

import contextlib

import numpy as np
import tensorflow as tf
from range_test.subjects import X, Y, compiled, fitted

from paceline.range_test import find


def main() -> None:
    cpu = tf.config.list_physical_devices("CPU")[0]
    tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
    strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    curves, losses = [], []
    for scope in (contextlib.nullcontext(), strategy.scope()):
        with scope:
            model, untested = (compiled(dropout=0.0) for _ in range(2))
        before = [variable.numpy() for variable in model.variables]
        curves.append(find(model, X, Y, batch_size=32))
        for one, other in zip(before, model.variables, strict=True):
            np.testing.assert_array_equal(one, other.numpy())
        losses.append([fitted(each, shuffle=False) for each in (model, untested)])
    assert losses[1][0] == losses[1][1]
    np.testing.assert_allclose(
        curves[1].replays[1].losses, curves[0].replays[1].losses, rtol=1e-2, atol=1e-3
    )
    print(curves[1].suggestion.rate / curves[0].suggestion.rate)


if __name__ == "__main__":
    main()

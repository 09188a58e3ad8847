"""Trains every case on two logical CPU devices and on one; run by test_matrix.py."""

import tempfile
from pathlib import Path

import numpy as np
import tensorflow as tf
from matrix.cases import CASES, made, run

import paceline


def main() -> None:
    cpu = tf.config.list_physical_devices("CPU")[0]
    tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
    strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    assert strategy.num_replicas_in_sync == 2
    for name, case in CASES.items():
        one = run(case, made(case, jit_compile=False))
        two = run(case, made(case, strategy=strategy, jit_compile=False))
        for part, value in one.items():
            np.testing.assert_allclose(two[part], value, rtol=1e-3, atol=1e-4, err_msg=name + part)
        print(name)
    resumed(strategy)


def resumed(strategy: tf.distribute.Strategy) -> None:
    """A training that goes on from a file, its state put back by `resume`."""
    case = CASES["rates"]
    never = run(case, made(case, strategy=strategy, jit_compile=False))
    first = made(case, strategy=strategy, jit_compile=False)
    run(case, first, last=3)
    then = made(case, strategy=strategy, jit_compile=False)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "state.weights.h5"
        first.save_weights(path)
        then.set_weights(first.get_weights())
        options = {"steps_per_epoch": 4, "epochs": 6, "initial_epoch": 3}
        assert [each.name for each in paceline.audit(then, **options)] == ["lost_state"]
        paceline.resume(then, checkpoint=path)
        assert paceline.audit(then, **options) == []
    after = run(case, then, first=3)
    np.testing.assert_allclose(after["weights"], never["weights"], rtol=1e-5, atol=1e-6)


if __name__ == "__main__":
    main()

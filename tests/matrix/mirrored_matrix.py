"""Trains every case on two logical CPU devices and on one; run by test_matrix.py."""

import numpy as np
import tensorflow as tf
from matrix.cases import CASES, made, run


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


if __name__ == "__main__":
    main()

"""How many threads a trial computes with: fixed, because it changes the numbers."""

import os
import sys

import keras

from paceline.trials._devices import share_gpus


def set_threads(count: int) -> int:
    """Let this process compute with `count` threads; return the count that is in force.

    Only a backend that has not computed yet can be set; another keeps what it has.
    """
    share_gpus()
    cores = os.cpu_count() or 1
    backend = keras.backend.backend()
    if backend == "tensorflow":
        import tensorflow as tf

        try:
            tf.config.threading.set_intra_op_parallelism_threads(count)
            tf.config.threading.set_inter_op_parallelism_threads(count)
        except RuntimeError:
            return tf.config.threading.get_intra_op_parallelism_threads() or cores
        return count
    if backend == "jax":
        from jax._src import xla_bridge

        if xla_bridge.backends_are_initialized():
            return int(os.environ.get("PJRT_NPROC", cores))
        os.environ["PJRT_NPROC"] = os.environ["NPROC"] = str(count)
        if count == 1:
            flags = os.environ.get("XLA_FLAGS", "")
            os.environ["XLA_FLAGS"] = f"{flags} --xla_cpu_multi_thread_eigen=false".strip()
        return count
    if backend == "torch":
        sys.modules["torch"].set_num_threads(count)
        return count
    return cores

"""What the backend computes on."""

import os
import sys

import keras


def has_gpu() -> bool:
    """Whether Keras' backend computes on a GPU."""
    return bool(_gpu_count())


def visible_gpus() -> list[str]:
    """Return what CUDA calls the GPUs that Keras' backend computes on."""
    count = _gpu_count()
    named = os.environ.get("CUDA_VISIBLE_DEVICES")
    return named.split(",")[:count] if named else [str(number) for number in range(count)]


def share_gpus() -> None:
    """Let this process take of a GPU what it needs; a backend's default is most of the memory.

    The coordinator and a worker may be on one GPU. A backend that has computed keeps its way.
    """
    os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")
    os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")


def _gpu_count() -> int:
    backend = keras.backend.backend()
    if backend == "tensorflow":
        return len(keras.distribution.list_devices("gpu"))
    if backend == "jax":
        import jax

        return jax.local_device_count() if jax.default_backend() == "gpu" else 0
    if backend == "torch":
        return int(sys.modules["torch"].cuda.device_count())
    return 0

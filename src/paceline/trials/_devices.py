"""What the backend computes on."""

import keras


def has_gpu() -> bool:
    """Whether Keras' backend computes on a GPU."""
    if keras.backend.backend() == "jax":
        import jax

        return jax.default_backend() == "gpu"
    return bool(keras.distribution.list_devices("gpu"))

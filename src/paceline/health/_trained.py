"""Does a model hold weights that a training has changed?"""

from typing import Any

import keras

_KNOWN_STARTS = ("bias", "beta", "gamma", "moving_mean", "moving_variance")


def trained_weight(model: Any) -> str | None:
    """Return the path of a weight that differs from what it must have begun with, or None.

    Only weights that begin with one value can tell: biases, scales, moving statistics.
    """
    for layer in model._flatten_layers():
        if getattr(layer, "unit_forget_bias", False):  # an LSTM's bias begins with more than one
            continue
        for name in _KNOWN_STARTS:
            variable = getattr(layer, name, None)
            start = getattr(layer, f"{name}_initializer", None)
            if isinstance(variable, keras.Variable) and _differs(variable, start):
                return str(variable.path)
    return None


def _differs(variable: Any, initializer: Any) -> bool:
    fixed = (keras.initializers.Zeros, keras.initializers.Ones, keras.initializers.Constant)
    if not isinstance(initializer, fixed):
        return False
    start = initializer(variable.shape, dtype=variable.dtype)
    value = keras.ops.convert_to_tensor(variable)
    return bool(keras.ops.any(keras.ops.not_equal(value, start)))

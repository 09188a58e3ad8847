"""The value of a variable, read on the host."""

from typing import Any

import numpy as np
import numpy.typing as npt
from keras import ops


def value_of(variable: Any) -> npt.NDArray[np.float64]:
    """Return the value of a Keras variable, under a strategy of TensorFlow that of one replica."""
    tensor = ops.copy(ops.convert_to_tensor(variable))  # TensorFlow may give its variable itself
    return np.asarray(ops.convert_to_numpy(tensor), dtype=np.float64)

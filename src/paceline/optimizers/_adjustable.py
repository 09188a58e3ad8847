"""A factor of the rate that callbacks may change."""

from typing import Any

import keras

from paceline.optimizers._inside import inside_scaling
from paceline.optimizers._steer import steered
from paceline.optimizers._steered import Steered


def adjustable(optimizer: keras.optimizers.Optimizer) -> Steered:
    """Return `optimizer` with a factor of its rate that can be changed while it runs.

    rate(t) = factor * schedule(t), where `optimizer.factor` is read and set like a number; layers
    with rates of their own are multiplied too. The factor is saved with the optimizer.
    `callbacks.ReduceOnPlateau` and `Greedy` make the optimizer of the model adjustable by
    themselves; do it yourself where weights are loaded into a model before `fit`.

    Args:
        optimizer: any Keras optimizer.

    Raises:
        TypeError: no optimizer.

    Example:
        >>> import keras
        >>> from paceline.schedules import cosine
        >>> optimizer = adjustable(keras.optimizers.SGD(cosine(peak=0.1, steps=100)))
        >>> optimizer.build([keras.Variable(1.0)])
        >>> optimizer.factor = 0.5
        >>> round(float(optimizer.learning_rate), 3)
        0.05
    """
    return steered(optimizer, "adjustable", adjustable=True)


def factor_of(optimizer: Any) -> float:
    """Return the factor of an optimizer: 1 where it is not adjustable, or not built yet."""
    inside = inside_scaling(optimizer)  # of Keras' loss scaling
    adjusts = isinstance(inside, Steered) and inside.adjustable and inside.built
    return inside.factor if adjusts else 1.0

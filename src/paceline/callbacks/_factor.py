"""The factor of the rate that a callback changes in the optimizer of its model."""

from typing import Any

import keras

from paceline.optimizers import Steered, adjustable


def make_adjustable(model: Any) -> Steered:
    """Return the model's optimizer, adjustable from now on where it was not."""
    outer = model.optimizer
    scales = isinstance(outer, keras.optimizers.LossScaleOptimizer)
    inside = outer.inner_optimizer if scales else outer
    if isinstance(inside, Steered) and inside.adjustable:
        return inside
    inside = adjustable(inside)
    if scales:
        outer.inner_optimizer = inside
    else:
        model.optimizer = inside
    model.train_function = None  # what was compiled before knows no factor
    return inside


def adjustable_of(model: Any) -> Steered:
    """Return the optimizer that `make_adjustable` made."""
    return getattr(model.optimizer, "inner_optimizer", model.optimizer)

"""The factor of the rate that a callback changes in the optimizer of its model."""

from typing import Any

from paceline.callbacks import _wrapping
from paceline.optimizers import Steered, adjustable
from paceline.optimizers._inside import inside_scaling


def make_adjustable(model: Any) -> Steered:
    """Return the model's optimizer, adjustable from now on where it was not."""
    inside = inside_scaling(model.optimizer)
    if not (isinstance(inside, Steered) and inside.adjustable):
        inside = adjustable(inside)
        _wrapping.put_inside(model, inside)
    return inside


def adjustable_of(model: Any) -> Steered:
    """Return the optimizer that `make_adjustable` made."""
    return inside_scaling(model.optimizer)

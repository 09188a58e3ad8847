"""The optimizer that counts the updates."""

from typing import Any


def inside_scaling(optimizer: Any) -> Any:
    """Return the optimizer inside Keras' loss scaling, or the one that is given."""
    return getattr(optimizer, "inner_optimizer", optimizer)

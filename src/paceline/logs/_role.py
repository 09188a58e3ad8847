"""What a series of a log holds, by its name."""

import re
from typing import Literal

Role = Literal["loss", "validation", "rate", "update", "epoch"]

_IGNORED = frozenset({"epoch", "batch", "mean", "avg"})
_HELD_OUT = frozenset({"val", "valid", "validation", "eval", "test"})
_ROLES: dict[frozenset[str], Role] = {
    frozenset({"loss"}): "loss",
    frozenset({"train", "loss"}): "loss",
    frozenset({"training", "loss"}): "loss",
    frozenset({"lr"}): "rate",
    frozenset({"rate"}): "rate",
    frozenset({"learning", "rate"}): "rate",
    frozenset({"step"}): "update",
    frozenset({"global", "step"}): "update",
    frozenset({"update"}): "update",
    frozenset({"iteration"}): "update",
}


def role(name: str) -> Role | None:
    """Return what a column or tag holds, by its name.

    Example:
        >>> role("val_loss"), role("Loss/train"), role("learning rate"), role("accuracy")
        ('validation', 'loss', 'rate', None)
    """
    words = _words(name)
    if words == {"epoch"} or words == {"epochs"}:
        return "epoch"
    words -= _IGNORED
    if "loss" in words and words & _HELD_OUT:
        return "validation" if not words - _HELD_OUT - {"loss"} else None
    return _ROLES.get(words)


def is_held_out(name: str) -> bool:
    """Return whether a series was measured on data that were not trained on, by its name.

    Example:
        >>> is_held_out("val_perplexity"), is_held_out("perplexity")
        (True, False)
    """
    return bool(_words(name) & _HELD_OUT)


def is_loss(name: str) -> bool:
    """Return whether a series holds a loss of some kind, by its name.

    Example:
        >>> is_loss("run 3 - loss"), is_loss("gloss")
        (True, False)
    """
    return "loss" in _words(name)


def _words(name: str) -> frozenset[str]:
    return frozenset(re.split(r"[^a-z]+", name.strip().lower())) - {""}

"""Curves from what was logged by update and what was logged by epoch."""

import dataclasses
import re
from typing import Literal

import numpy as np

from paceline.health._curves import Curves, Floats

Unit = Literal["update", "epoch"]
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


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Track:
    """One logged quantity: its values, and their places as `Curves` counts them."""

    values: Floats
    places: Floats
    unit: Unit

    def by(self, unit: Unit, updates_per_epoch: float) -> "Track":
        """Return the same track in another unit."""
        if unit == self.unit:
            return self
        if unit == "epoch":
            return Track(
                values=self.values, places=(self.places + 1) / updates_per_epoch, unit=unit
            )
        return Track(values=self.values, places=self.places * updates_per_epoch - 1, unit=unit)


def role(name: str) -> Role | None:
    """Return what a column or tag holds, by its name.

    Example:
        >>> role("val_loss"), role("Loss/train"), role("learning rate"), role("accuracy")
        ('validation', 'loss', 'rate', None)
    """
    words = frozenset(re.split(r"[^a-z]+", name.strip().lower())) - {""}
    if words == {"epoch"} or words == {"epochs"}:
        return "epoch"
    words -= _IGNORED
    if "loss" in words and words & _HELD_OUT:
        return "validation" if not words - _HELD_OUT - {"loss"} else None
    return _ROLES.get(words)


def combined(loss: Track, *, rates: Track | None, validation: Track | None, source: str) -> Curves:
    """Return the curves in the unit of the loss."""
    ends: dict[Unit, float] = {}
    for track in (loss, rates, validation):
        if track is not None and len(track.places):
            after = float(track.places.max()) + (track.unit == "update")
            ends[track.unit] = max(after, ends.get(track.unit, 0.0))
    each = ends.get("update", 1.0) / ends.get("epoch", 1.0)
    others = [None if one is None else one.by(loss.unit, each) for one in (rates, validation)]
    rate, measured = (one if one is not None and len(one.values) else None for one in others)
    return Curves(
        losses=loss.values,
        loss_steps=loss.places,
        unit=loss.unit,
        rates=None if rate is None else rate.values,
        rate_steps=None if rate is None else rate.places,
        validation=None if measured is None else measured.values,
        validation_steps=None if measured is None else measured.places,
        source=source,
    )


def no_loss(source: str, kind: str, names: list[str]) -> ValueError:
    """Return the error for logs without a training loss."""
    shown = ", ".join(repr(name) for name in names[:20]) or "none"
    more = f" and {len(names) - 20} more" if len(names) > 20 else ""
    return ValueError(
        f"diagnose needs a training loss, in a {kind} such as 'loss' or 'train_loss'; {source} has "
        f"{shown}{more}. Rename the one that holds it."
    )


def by_epoch(values: Floats, epochs: Floats) -> Track:
    """Return a track of epochs that count from 0, as Keras logs them, or from 1."""
    finite = epochs[np.isfinite(epochs)]
    first = 1.0 if len(finite) and finite.min() == 0 else 0.0
    return Track(values=values, places=epochs + first, unit="epoch")

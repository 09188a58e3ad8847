"""The rate of every update, from where it was logged."""

import dataclasses

import numpy as np

from paceline.forecast._restarts import last_run
from paceline.logs import Floats, Track
from paceline.schedules import _checks

_STEEP = 4.0
"""Times the slope before and after; a line that bends between two places is less steep there."""
_TINY = 0.01
"""Of the rate; it matters little when so small a change takes place."""
_WIDE = 0.01
"""Of the run; within less, it matters little when the rate changed."""


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class EveryRate:
    """The rates [steps] of a training, how many first ones are assumed, and what to say of them."""

    rates: Floats
    unlogged: int
    notes: tuple[str, ...]


def every_rate(
    track: Track, *, steps: int, warmup: int | None, by_epoch: bool, source: str
) -> EveryRate:
    """Return the rate of every update: rates between two logged ones are on a line.

    Where the rate jumps, it is the earlier one up to the place of the later; of rates that are
    logged by epoch, each is that of its epoch. Before the first it is the first one, or warms up:
    peak * (k + 1) / (warmup + 1) for update k.

    Args:
        track: at updates, whole numbers.
        steps: how many updates.
        warmup: updates of a linear warm-up that was not logged.
        by_epoch: whether a rate was logged at the end of an epoch.
        source: what the log is called in errors.

    Raises:
        ValueError: a rate that is no rate, or a warm-up of updates that were logged.
    """
    track, notes = last_run(track, source=source)
    if nans := int(np.isnan(track.values).sum()):
        notes.append(f"Left out: {nans} of {len(track)} rates of {source}, which are no number.")
        track = track.where(~np.isnan(track.values))
    _check(track, source)
    places, values = track.places, track.values
    first = min(int(places[0]), steps)
    jumps = _jumps(places, values)
    wide = jumps[np.diff(places)[jumps] > max(1, _WIDE * steps)]
    if len(wide):
        before, after = places[wide[0]], places[wide[0] + 1]
        more = f", the first of {len(wide)} such jumps" if len(wide) > 1 else ""
        notes.append(
            f"The rate of {source} jumps somewhere between the updates {before:,.0f} and "
            f"{after:,.0f}{more}: give schedule=... to say where."
        )
    held = places[jumps] + 1 if by_epoch else places[jumps + 1] - 1
    at = values[jumps + 1] if by_epoch else values[jumps]
    free = ~np.isin(held, places)
    corners = np.concatenate([places, held[free]])
    order = np.argsort(corners)
    heights = np.concatenate([values, at[free]])
    rates = np.interp(np.arange(steps), corners[order], heights[order])
    if (missing := steps - 1 - int(places[-1])) > 0:
        notes.append(
            f"The rates of {source} end {missing:,} updates before the losses: the last counts for "
            "them. If it changed, give schedule=..."
        )
    if warmup is not None:
        _warm_up(rates, first, warmup, source)
    elif first > 1:
        notes.append(
            f"The rates of the first {first:,} updates of {source} were not logged and count as "
            f"{values[0]:.4g}, the first that was. If they warmed up, give warmup=..., the updates "
            "of the warm-up."
        )
    return EveryRate(rates=rates, unlogged=0 if warmup else first, notes=tuple(notes))


def _jumps(places: Floats, values: Floats) -> np.ndarray:
    """Return after which places the rate jumps: it is far steeper there than before and after."""
    if len(places) < 4:
        return np.empty(0, np.int64)
    changes = np.diff(values)
    slopes = np.abs(changes) / np.diff(places)
    steep = slopes[1:-1] > _STEEP * np.maximum(slopes[:-2], slopes[2:])
    large = np.abs(changes) > _TINY * np.maximum(values[:-1], values[1:])
    return 1 + np.flatnonzero(steep & large[1:-1])


def _warm_up(rates: Floats, first: int, warmup: int, source: str) -> None:
    """Write the warm-up over the `first` rates; it passes through the first that was logged."""
    fix = "It is the updates of a linear warm-up before the first rate that was logged."
    warmup = _checks.count(warmup, owner="Curve", name="warmup", fix=fix)
    if not first:
        raise ValueError(
            f"Curve needs warmup only where the first rates were not logged; {source} has that of "
            f"update 0; got warmup={warmup}. Leave it out."
        )
    ramp = (np.arange(first) + 1) / (warmup + 1)
    reached = min(1.0, (first + 1) / (warmup + 1))
    rates[:first] *= np.minimum(ramp, 1.0) / reached


def _check(track: Track, source: str) -> None:
    if not len(track):
        raise ValueError(
            f"Curve needs rates; {source} has none that is a number. Give schedule=... instead."
        )
    wrong = np.flatnonzero(~np.isfinite(track.values) | (track.values < 0))
    if len(wrong):
        raise ValueError(
            f"Curve needs rates >= 0 that are finite; {source} has {track.values[wrong[0]]:g} at "
            f"update {track.places[wrong[0]]:,.0f}. Give schedule=... instead."
        )

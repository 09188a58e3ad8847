"""Schedules that begin alike: what they cost together, and more decays from one trunk."""

import dataclasses
from collections.abc import Sequence

import numpy as np

from paceline.trials._alike import Rates, alike
from paceline.tuning._families import Point
from paceline.tuning._rungs import peak_over

_DECAYS = (0.15, 0.3, 0.5)
_APART = 0.05
_WORTH = 0.4
"""A branch is trained where it costs at most this share of a training of its own."""


def updates_together(plans: Sequence[Rates], *, epoch: int) -> int:
    """Return how many updates plans of one length take when what begins them alike is shared.

    Whole epochs are shared, of `epoch` updates each.
    """
    trained = 0
    groups = [list(range(len(plans)))]
    for start in range(0, len(plans[0]), epoch):
        stop = min(start + epoch, len(plans[0]))
        groups = [part for own in groups for part in alike(own, plans, slice(start, stop))]
        trained += len(groups) * (stop - start)
    return trained


def over(point: Point, horizon: int, whole: int) -> Point:
    """Return what stands for a point where a training is shorter than the whole."""
    peak = peak_over(point.peak, horizon=horizon, whole=whole)
    return dataclasses.replace(point, peak=peak)


def rates_of(point: Point, horizon: int) -> Rates:
    """Return the rate of every update, [horizon]."""
    return point.schedule.over(horizon)(np.arange(horizon)).astype(np.float32)


def trunk_of(point: Point) -> tuple[object, ...]:
    """Return what points have in common that begin alike: all but when they decay."""
    kept = tuple(item for item in point.parameters if item[0] != "decay")
    return point.family, point.peak, kept


def with_branches(point: Point, horizon: int, *, epoch: int) -> list[Point]:
    """Return a point, and where it decays from a plateau, others that decay from the same.

    They differ in when the decay begins, so that only the decay is trained for each.
    """
    values = dict(point.parameters)
    if "decay" not in values:
        return [point]
    found = [point]
    for decay in _DECAYS:
        if abs(decay - float(values["decay"])) < _APART:
            continue
        other = dataclasses.replace(point, parameters=tuple((values | {"decay": decay}).items()))
        plans = [rates_of(each, horizon) for each in (*found, other)]
        more = updates_together(plans, epoch=epoch) - updates_together(plans[:-1], epoch=epoch)
        if more <= _WORTH * horizon:
            found.append(other)
    return found

"""A curve through points."""

import bisect
import functools
import math
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from paceline.schedules import _checks
from paceline.schedules._namespace import Array, Namespace
from paceline.schedules._pieces import Piece, Place
from paceline.schedules._schedule import Schedule, registered

_SHAPES = ("linear", "cosine")


@registered
class Interpolated(Schedule):
    """A curve through points (step, rate), straight or as half cosines between two of them.

    With p from 0 to 1 between points i and i+1, w = p or (1 - cos(pi*p))/2, and
    rate = (1 - w)*rate_i + w*rate_(i+1).

    Args:
        points: two or more (step, rate) pairs; the first at step 0, the steps increasing.
        shape: "linear" or "cosine".

    Raises:
        ValueError: points that do not increase or do not begin at step 0, a rate that is negative.
        TypeError: an argument of another type.

    Example:
        >>> curve = Interpolated(points=((0, 0.0), (10, 0.1), (60, 0.1), (100, 0.02)))
        >>> [round(float(curve(step)), 3) for step in (5, 30, 80, 100)], curve.length
        ([0.05, 0.1, 0.06, 0.02], 100)
    """

    points: tuple[tuple[int, float], ...]
    shape: str = "linear"

    def __post_init__(self) -> None:
        _checks.choice(self.shape, owner="Interpolated", name="shape", known=_SHAPES)
        fix = "A point is a pair (step, rate), such as (100, 0.1)."
        found = []
        for index, point in enumerate(_checks.sequence(self, "points", of="(step, rate) pairs")):
            name = f"points[{index}]"
            if isinstance(point, np.ndarray):
                point = point.tolist()
            if not isinstance(point, tuple | list) or len(point) != 2:
                raise TypeError(f"Interpolated needs {name} as a pair; got {name}={point!r}. {fix}")
            step = _checks.count(point[0], owner="Interpolated", name=name, least=0, fix=fix)
            found.append((step, _checks.rate(point[1], owner="Interpolated", name=name)))
        steps = [step for step, _ in found]
        if len(steps) < 2 or steps[0] or any(late <= early for early, late in pairwise(steps)):
            raise ValueError(
                "Interpolated needs two or more points whose steps increase from 0; got "
                f"points={self.points!r}. Sort them, and begin with (0, rate)."
            )
        object.__setattr__(self, "points", tuple(found))

    @property
    def length(self) -> int:
        """The step of the last point."""
        return self.points[-1][0]

    @functools.cached_property
    def _columns(self) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        steps, rates = zip(*self.points, strict=True)
        return np.array(steps), np.array(rates)

    def _rate(self, position: Array, xp: Namespace) -> Array:
        steps, rates = self._columns
        index = xp.interval(position, steps[1:-1])
        longs = np.diff(steps)
        share = xp.real(position - xp.pick(steps[:-1], index)) / xp.take(longs, index)
        if self.shape == "cosine":
            share = 0.5 - 0.5 * xp.cos(math.pi * share)
        share = xp.minimum(share, 1.0)
        return (1 - share) * xp.take(rates[:-1], index) + share * xp.take(rates[1:], index)

    def _pieces(self, first: Place) -> Iterator[Piece]:
        starts = [step for step, _ in self.points[:-1]]
        for step in starts[bisect.bisect_right(starts, first) - 1 :]:
            yield Piece(step, "Interpolated")

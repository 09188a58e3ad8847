"""Which points go on: of standings and of families."""

import dataclasses
import math
from collections.abc import Callable, Sequence

from paceline.tuning._families import Point
from paceline.tuning._standings import Standing


def given(points: Sequence[Point]) -> Callable[[], Sequence[Point]]:
    """Return a function that returns the points, which took no time to find."""
    return lambda: points


def to_zero(point: Point) -> Point:
    """Return a linear decay to zero with the peak and the warm-up of a linear one."""
    kept = tuple((name, 0.0 if name == "floor_factor" else each) for name, each in point.parameters)
    return dataclasses.replace(point, parameters=kept)


def by_turns(points: Sequence[Sequence[Point]]) -> list[Point]:
    """Return the first of each, then the second of each, and so on."""
    longest = max(map(len, points), default=0)
    return [own[turn] for turn in range(longest) for own in points if turn < len(own)]


def each_family(ranked: Sequence[Standing]) -> list[Standing]:
    """Return the best of each family, the best first."""
    found: dict[str, Standing] = {}
    for trial in ranked:
        found.setdefault(trial.point.family, trial)
    return list(found.values())


def mixed(ranked: Sequence[Standing], most: int) -> list[Standing]:
    """Return at most so many of a family, the best first, and then the others."""
    counts: dict[str, int] = {}
    early: list[Standing] = []
    late: list[Standing] = []
    for trial in ranked:
        counts[trial.point.family] = counts.get(trial.point.family, 0) + 1
        (early if counts[trial.point.family] <= most else late).append(trial)
    return early + late


def better_half(ranked: Sequence[Standing]) -> list[str]:
    """Return the better half of the families, by the best of each."""
    names = [standing.point.family for standing in each_family(ranked)]
    return names[: math.ceil(len(names) / 2)]

"""How the points of a search stand on one horizon."""

import dataclasses
from collections.abc import Sequence

import numpy as np

from paceline.tuning._families import Point
from paceline.tuning._trials import SearchTrial


@dataclasses.dataclass(frozen=True, kw_only=True)
class Standing:
    """A point, and the mean of what it gave over the seeds that it was tried on."""

    point: Point
    horizon: int
    value: float
    """Less is better."""
    seeds: int

    @property
    def expression(self) -> str:
        """The schedule, as a recipe without its horizon."""
        return repr(self.point.schedule)


def standings(trials: Sequence[SearchTrial], horizon: int) -> list[Standing]:
    """Return the points on a horizon that ended well on every seed, the best first.

    Those on more seeds come first: they were the best of those on fewer, and one value is more
    often lucky than a mean.
    """
    values: dict[Point, list[float]] = {}
    for trial in trials:
        if trial.horizon == horizon:
            values.setdefault(trial.point, []).append(trial.value)
    found = [
        Standing(point=point, horizon=horizon, value=float(np.mean(each)), seeds=len(each))
        for point, each in values.items()
        if np.isfinite(each).all()
    ]
    return sorted(found, key=lambda standing: (-standing.seeds, standing.value))

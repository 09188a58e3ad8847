"""What a search tried."""

import dataclasses
import math
from typing import Any, Self

from paceline.tuning._families import Point


@dataclasses.dataclass(frozen=True, kw_only=True)
class Result:
    """How a trial ended."""

    status: str
    value: float
    """The primary metric, turned so that less is better; infinite where it did not end well."""
    error: str | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class SearchTrial:
    """One point of the space, trained once over a horizon.

    Over a short one it has a larger peak than the point's, which is that of the whole horizon.
    """

    point: Point
    horizon: int
    seed: int
    stage: str
    """"explore", "promote", "suggest", "refine" or "repeat"."""
    result: Result

    @property
    def value(self) -> float:
        """What the search minimises."""
        return self.result.value

    @property
    def expression(self) -> str:
        """The schedule, as a recipe without its horizon."""
        return repr(self.point.schedule)

    @property
    def ended_well(self) -> bool:
        """Whether it has a value."""
        return math.isfinite(self.value)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Generation:
    """Points that are trained at once, and then told in their order."""

    stage: str
    horizon: int
    seed: int
    groups: tuple[tuple[Point, ...], ...]
    """Those of a group begin alike, and train together."""
    cost: int
    """Updates."""
    keys: tuple[str, ...]
    """Of their trials, in order."""
    results: tuple[Result, ...] | None = None
    """In the same order; None: not all of them ended yet."""

    @property
    def points(self) -> list[Point]:
        """All of them, in their order."""
        return [point for group in self.groups for point in group]

    @property
    def trials(self) -> list[SearchTrial]:
        """The trials, once they ended."""
        return [
            SearchTrial(
                point=point,
                horizon=self.horizon,
                seed=self.seed,
                stage=self.stage,
                result=result,
            )
            for point, result in zip(self.points, self.results or (), strict=True)
        ]

    def plain(self) -> list[Any]:
        """Return what JSON can hold of it."""
        groups = [
            [[point.family, point.peak, dict(point.parameters)] for point in group]
            for group in self.groups
        ]
        results = self.results and [
            [result.status, result.value, result.error] for result in self.results
        ]
        return [self.stage, self.horizon, self.seed, groups, self.cost, self.keys, results]

    @classmethod
    def of(cls, plain: list[Any]) -> Self:
        """Return the generation that was made plain."""
        stage, horizon, seed, groups, cost, keys, results = plain
        return cls(
            stage=stage,
            horizon=horizon,
            seed=seed,
            groups=tuple(
                tuple(
                    Point(family=family, peak=peak, parameters=tuple(parameters.items()))
                    for family, peak, parameters in group
                )
                for group in groups
            ),
            cost=cost,
            keys=tuple(keys),
            results=results
            and tuple(
                Result(status=status, value=value, error=error) for status, value, error in results
            ),
        )

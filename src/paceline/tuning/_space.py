"""Where a search looks: families, and an interval of peaks."""

import dataclasses
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution
from scipy.stats import qmc

from paceline.tuning._families import FAMILIES, Options, Point, Range, Value, shortened

AROUND = 10.0
"""The peaks reach from the suggestion divided by this to the suggestion times this."""

_EDGE = 0.1
"""A best peak within this share of the interval, in log rate, is at its edge."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Space:
    """Peaks from `low` to `high`, spread evenly over their logarithm, in some families."""

    low: float
    high: float
    families: tuple[str, ...]

    def peak(self) -> Range:
        """Return the range of the peak; its default is the middle."""
        middle = shortened(math.sqrt(self.low * self.high))
        return Range(low=self.low, high=self.high, default=middle, log=True)

    def parameters(self, family: str) -> dict[str, Range | Options]:
        """Return what varies in a family, the peak first."""
        return {"peak": self.peak(), **FAMILIES[family].parameters}

    def distributions(self, family: str) -> dict[str, BaseDistribution]:
        """Return Optuna's distributions, by name with the family before it."""
        return {
            f"{family}.{name}": _distribution(item)
            for name, item in self.parameters(family).items()
        }

    def default(self, family: str, peak: float) -> Point:
        """Return the family's defaults at a peak."""
        values = {name: item.default for name, item in FAMILIES[family].parameters.items()}
        return self.point(family, {"peak": peak, **values})

    def sobol(self, family: str, count: int, seed: int) -> list[Point]:
        """Return points spread over a family: scrambled Sobol points, denser near the middle peak.

        Half of the peaks are within a quarter of the way from the middle to an end, since the
        range test is seldom far off.

        Source: Owen, "Scrambling Sobol' and Niederreiter-Xing points", 1998.
        """
        parameters = self.parameters(family)
        state = np.random.SeedSequence((seed, self.families.index(family))).generate_state(1)
        engine = qmc.Sobol(d=len(parameters), seed=int(state[0]))
        places = engine.random_base2(max(0, math.ceil(math.log2(max(count, 1)))))[:count]
        away = 2 * places[:, 0] - 1
        places[:, 0] = (1 + away * abs(away)) / 2  # the peak is the first
        return [
            self.point(
                family,
                {
                    name: item.at(float(place))
                    for (name, item), place in zip(parameters.items(), row, strict=True)
                },
            )
            for row in places
        ]

    def point(self, family: str, values: Mapping[str, Value]) -> Point:
        """Return the point with these values, rounded to what a schedule is written with."""
        rounded = {
            name: item.rounded(float(values[name])) if isinstance(item, Range) else values[name]
            for name, item in self.parameters(family).items()
        }
        peak = float(rounded.pop("peak"))
        return Point(family=family, peak=peak, parameters=tuple(rounded.items()))

    def edge(self, peak: float) -> str | None:
        """Return at which end of the interval a peak is, "low" or "high"; None: at neither."""
        place = math.log(peak / self.low) / math.log(self.high / self.low)
        if place < _EDGE:
            return "low"
        return "high" if place > 1 - _EDGE else None

    def widened(self, edge: str) -> "Space":
        """Return the space with an interval that goes on as far again at one end."""
        if edge == "low":
            return dataclasses.replace(self, low=shortened(self.low / AROUND))
        return dataclasses.replace(self, high=shortened(self.high * AROUND))


def space_around(rate: float, families: Sequence[str]) -> Space:
    """Return the space of peaks around what the range test suggests."""
    return Space(
        low=shortened(rate / AROUND), high=shortened(rate * AROUND), families=tuple(families)
    )


def asked(family: str, point: Point) -> dict[str, Any]:
    """Return the values of a point by the names that Optuna knows them by."""
    values = {"peak": point.peak, **dict(point.parameters)}
    return {f"{family}.{name}": value for name, value in values.items()}


def _distribution(item: Range | Options) -> optuna.distributions.BaseDistribution:
    if isinstance(item, Options):
        return CategoricalDistribution(item.names)
    return FloatDistribution(item.low, item.high, log=item.log)

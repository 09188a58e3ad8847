"""The families of schedules that a search knows, and what may vary in each."""

import dataclasses
import math
from collections.abc import Callable, Mapping

from paceline.schedules import (
    Schedule,
    constant,
    cosine,
    exponential,
    inverse_sqrt,
    linear,
    one_cycle,
    step_decay,
    wsd,
)

Value = float | str


@dataclasses.dataclass(frozen=True, kw_only=True)
class Range:
    """A number from `low` to `high`; `log`: spread evenly over its logarithm."""

    low: float
    high: float
    default: float
    log: bool = False

    def at(self, place: float) -> float:
        """Return the number at a place from 0 to 1."""
        if self.log:
            found = self.low * (self.high / self.low) ** place
        else:
            found = self.low + (self.high - self.low) * place
        return self.rounded(found)

    def rounded(self, value: float) -> float:
        """Return the number as people would write it: three digits."""
        return min(max(shortened(value), self.low), self.high)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Options:
    """One of some names."""

    names: tuple[str, ...]

    @property
    def default(self) -> str:
        """The first."""
        return self.names[0]

    def at(self, place: float) -> str:
        """Return the name at a place from 0 to 1."""
        return self.names[min(int(place * len(self.names)), len(self.names) - 1)]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Family:
    """Schedules of one recipe, which differ in the peak and in `parameters`."""

    build: Callable[..., Schedule]
    """Of the peak and the parameters; returns a recipe."""
    parameters: Mapping[str, Range | Options]


def shortened(value: float) -> float:
    """Return a number in three digits, so that a schedule of it is pleasant to paste."""
    return float(f"{value:.3g}") if math.isfinite(value) else value


def _to_floor(recipe: Callable[..., Schedule]) -> Callable[..., Schedule]:
    def build(*, peak: float, warmup: float, floor_factor: float) -> Schedule:
        return recipe(peak=peak, warmup=warmup, floor=shortened(peak * floor_factor))

    return build


def _step_decay(*, peak: float, warmup: float, factor: float, first: float) -> Schedule:
    """The second drop comes halfway between the first and the end."""
    drops = (first, shortened((1 + first) / 2))
    return step_decay(peak=peak, warmup=warmup, factor=factor, at=drops)


_WARMUP = Range(low=0.0, high=0.2, default=0.05)
_FLOOR = Range(low=0.0, high=0.2, default=0.0)

LEAST_UPDATES = 40
"""With fewer, the shortest part of some schedule in these ranges is no update any more."""

FAMILIES: dict[str, Family] = {
    "linear": Family(
        build=_to_floor(linear), parameters={"warmup": _WARMUP, "floor_factor": _FLOOR}
    ),
    "cosine": Family(
        build=_to_floor(cosine), parameters={"warmup": _WARMUP, "floor_factor": _FLOOR}
    ),
    "wsd": Family(
        build=wsd,
        parameters={
            "warmup": _WARMUP,
            "decay": Range(low=0.1, high=0.6, default=0.2),
            "shape": Options(names=("linear", "one_minus_sqrt", "cosine")),
        },
    ),
    "one_cycle": Family(
        build=one_cycle,
        parameters={
            "warmup": Range(low=0.1, high=0.5, default=0.3),
            "start_factor": Range(low=0.01, high=0.3, default=0.04, log=True),
        },
    ),
    "step_decay": Family(
        build=_step_decay,
        parameters={
            "warmup": _WARMUP,
            "factor": Range(low=0.05, high=0.5, default=0.1, log=True),
            "first": Range(low=0.3, high=0.7, default=0.5),
        },
    ),
    "exponential": Family(
        build=exponential,
        parameters={
            "warmup": _WARMUP,
            "factor": Range(low=0.001, high=0.3, default=0.01, log=True),
        },
    ),
    "inverse_sqrt": Family(
        build=inverse_sqrt,
        parameters={
            "warmup": _WARMUP,
            "timescale": Range(low=0.03, high=0.5, default=0.05, log=True),
        },
    ),
    "constant": Family(build=constant, parameters={"warmup": _WARMUP}),
}
"""By name, in the order in which they are tried."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Point:
    """A place in the space: a family, a peak and a value for each parameter of the family."""

    family: str
    peak: float
    parameters: tuple[tuple[str, Value], ...]

    @property
    def schedule(self) -> Schedule:
        """The recipe at this place."""
        return FAMILIES[self.family].build(peak=self.peak, **dict(self.parameters))

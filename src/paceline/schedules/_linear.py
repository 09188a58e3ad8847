"""A straight line."""

from collections.abc import Callable
from typing import Any, ClassVar

from paceline.schedules import _checks
from paceline.schedules._area import line_area
from paceline.schedules._namespace import Array, Namespace
from paceline.schedules._recipe import Length, join, recipe, span
from paceline.schedules._schedule import Schedule, registered


@registered
class Linear(Schedule):
    """A straight line: with p = step/steps, rate = (1 - p)*start + p*end.

    The first update is at `start`; `end` is reached at step `steps`, the first step of what
    follows, so that a decay to 0 wastes no update.

    Args:
        start: the rate at step 0, 0 or more.
        end: the rate at step `steps` and after, 0 or more.
        steps: how many updates, 1 or more.

    Raises:
        ValueError: a rate that is negative or not finite, steps below 1.
        TypeError: an argument of another type.

    Example:
        >>> line = Linear(start=1.0, end=0.0, steps=100)
        >>> [float(line(step)) for step in (0, 25, 50, 75, 100, 150)]
        [1.0, 0.75, 0.5, 0.25, 0.0, 0.0]
    """

    _by_progress: ClassVar[bool] = True

    start: float
    end: float
    steps: int

    def __post_init__(self) -> None:
        _checks.rates(self, "start", "end")
        _checks.steps(self, "steps")

    def _rate(self, position: Array, xp: Namespace) -> Array:
        low, high = sorted((self.start, self.end))
        share = xp.progress if self.start < self.end else xp.remaining
        return low + share(position, self.steps) * (high - low)

    def _area(self, steps: int) -> float:
        return line_area(self.start, self.end, self.steps, steps)


def warmup_segment(peak: float, steps: int, floor: float = 0.0) -> Linear | None:
    """Return n updates at peak*1/(n+1) ... peak*n/(n+1), then the peak; None where n is 0.

    It is the warm-up of every recipe: no update is wasted at rate 0. From a floor above 0 the line
    rises over the same n + 1 intervals.
    """
    if steps == 0:
        return None
    return Linear(start=floor + (peak - floor) / (steps + 1), end=peak, steps=steps)


def warmed_up(
    owner: str, *, peak: float, steps: Any, warmup: Any, then: Callable[[int], Schedule]
) -> Schedule:
    """Return a warm-up to `peak` and `then(n)`, with n the updates that are left of `steps`."""
    total, ramp = span(owner, steps, warmup=warmup)
    rest = total - ramp
    return join(warmup_segment(peak, ramp), then(rest) if rest else None)


@recipe
def linear(
    *, peak: float, steps: int | None = None, warmup: Length = 0, floor: float = 0.0
) -> Schedule:
    """Return a linear decay from `peak` to `floor` over `steps` updates, after a linear warm-up.

    Args:
        peak: the largest rate.
        steps: how many updates; None leaves it to whoever binds the recipe.
        warmup: updates of warm-up: an int, or a float in (0, 1) as a fraction of `steps`.
        floor: the rate that is reached at step `steps`.

    Raises:
        ValueError: an argument out of its range.

    Example:
        >>> linear(peak=0.1, steps=100, warmup=9)
        Linear(start=0.01, end=0.1, steps=9) >> Linear(start=0.1, end=0.0, steps=91)

    Source: Defazio et al., "Optimal Linear Decay Learning Rate Schedules", 2023.
    """
    return warmed_up(
        "linear",
        peak=peak,
        steps=steps,
        warmup=warmup,
        then=lambda rest: Linear(start=peak, end=floor, steps=rest),
    )

"""Half a cosine."""

import math

from paceline.schedules import _checks
from paceline.schedules._linear import warmup_segment
from paceline.schedules._namespace import Array, Namespace
from paceline.schedules._recipe import Length, join, recipe, span
from paceline.schedules._schedule import Schedule, registered


@registered
class Cosine(Schedule):
    """Half a cosine: with w = (1 + cos(pi*step/steps))/2, rate = w*start + (1 - w)*end.

    Args:
        start: the rate at step 0, 0 or more; below `end` the curve rises.
        end: the rate at step `steps` and after, 0 or more.
        steps: how many updates, 1 or more.

    Raises:
        ValueError: a rate that is negative or not finite, steps below 1.
        TypeError: an argument of another type.

    Example:
        >>> half = Cosine(start=1.0, end=0.0, steps=4)
        >>> [round(float(half(step)), 3) for step in range(6)]
        [1.0, 0.854, 0.5, 0.146, 0.0, 0.0]

    Source: Loshchilov and Hutter, "SGDR", 2017, equation 5.
    """

    start: float
    end: float
    steps: int

    def __post_init__(self) -> None:
        _checks.rates(self, "start", "end")
        _checks.steps(self, "steps")

    def _rate(self, position: Array, xp: Namespace) -> Array:
        low, high = sorted((self.start, self.end))
        share = xp.remaining if self.start < self.end else xp.progress
        weight = 0.5 + 0.5 * xp.cos(math.pi * share(position, self.steps))
        return low + weight * (high - low)


@recipe
def cosine(
    *, peak: float, steps: int | None = None, warmup: Length = 0, floor: float = 0.0
) -> Schedule:
    """Return a cosine decay from `peak` to `floor` over `steps` updates, after a linear warm-up.

    Args:
        peak: the largest rate.
        steps: how many updates; None leaves it to whoever binds the recipe.
        warmup: updates of warm-up: an int, or a float in (0, 1) as a fraction of `steps`.
        floor: the rate that is reached at step `steps`.

    Raises:
        ValueError: an argument out of its range.

    Example:
        >>> cosine(peak=0.1, steps=100)
        Cosine(start=0.1, end=0.0, steps=100)

    Source: Loshchilov and Hutter, "SGDR", 2017, equation 5.
    """
    total, ramp = span("cosine", steps, warmup=warmup)
    rest = total - ramp
    decay = Cosine(start=peak, end=floor, steps=rest) if rest else None
    return join(warmup_segment(peak, ramp), decay)

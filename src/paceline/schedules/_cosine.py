"""Half a cosine."""

import math
from typing import ClassVar

from paceline.schedules import _checks
from paceline.schedules._linear import warmed_up
from paceline.schedules._namespace import Array, Namespace
from paceline.schedules._recipe import Length, recipe
from paceline.schedules._schedule import Schedule, registered


@registered
class Cosine(Schedule):
    """Half a cosine.

    With p = step/steps and w = ((1 + cos(pi*p^k))/2)^exponent, rate = w*start + (1 - w)*end.

    Args:
        start: the rate at step 0, 0 or more; below `end` the curve rises.
        end: the rate at step `steps` and after, 0 or more.
        steps: how many updates, 1 or more.
        exponent: above 0; larger falls sooner.
        k: above 0; above 1 the rate stays high for longer (k-decay).

    Raises:
        ValueError: a rate that is negative or not finite, steps below 1, an exponent or k of 0 or
            less.
        TypeError: an argument of another type.

    Example:
        >>> half = Cosine(start=1.0, end=0.0, steps=100)
        >>> [round(float(half(step)), 3) for step in (0, 25, 50, 75, 100, 150)]
        [1.0, 0.854, 0.5, 0.146, 0.0, 0.0]

    Source: Loshchilov and Hutter, "SGDR", 2017, equation 5; Zhang and Li, "k-decay", 2020, for k.
    """

    _by_progress: ClassVar[bool] = True

    start: float
    end: float
    steps: int
    exponent: float = 1.0
    k: float = 1.0

    def __post_init__(self) -> None:
        _checks.rates(self, "start", "end")
        _checks.steps(self, "steps")
        _checks.positive(self, "exponent", "k")

    def _rate(self, position: Array, xp: Namespace) -> Array:
        low, high = sorted((self.start, self.end))
        rises = self.start < self.end
        if self.exponent == self.k == 1:
            share = xp.progress if rises else xp.remaining
            return low + xp.half_cosine(share(position, self.steps)) * (high - low)
        left = xp.remaining(position, self.steps)
        if self.k != 1:
            left = xp.maximum(1 - xp.power(xp.progress(position, self.steps), self.k), 0.0)
        # sin^2 is (1 + cos)/2 without its loss of digits, which a small exponent would show
        weight = xp.power(xp.sin(math.pi / 2 * left), 2 * self.exponent)
        return low + (1 - weight if rises else weight) * (high - low)

    def _area(self, steps: int) -> float:
        if not self.exponent == self.k == 1:
            return super()._area(steps)
        half = math.pi / self.steps / 2
        waves = math.sin(steps * half) * math.cos((steps - 1) * half) / math.sin(half)
        return steps * (self.start + self.end) / 2 + waves * (self.start - self.end) / 2


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
        >>> cosine(peak=0.1, steps=100, warmup=9)
        Linear(start=0.01, end=0.1, steps=9) >> Cosine(start=0.1, end=0.0, steps=91)

    Source: Loshchilov and Hutter, "SGDR", 2017, equation 5.
    """
    return warmed_up(
        "cosine",
        peak=peak,
        steps=steps,
        warmup=warmup,
        then=lambda rest: Cosine(start=peak, end=floor, steps=rest),
    )

"""A power of the remaining progress."""

from typing import ClassVar

from paceline.schedules import _checks
from paceline.schedules._linear import warmed_up
from paceline.schedules._namespace import Array, Namespace
from paceline.schedules._recipe import Length, recipe
from paceline.schedules._schedule import Schedule, registered


@registered
class Polynomial(Schedule):
    """A polynomial: with w = (1 - step/steps)^power, rate = w*start + (1 - w)*end.

    Args:
        start: the rate at step 0, 0 or more.
        end: the rate at step `steps` and after, 0 or more.
        steps: how many updates, 1 or more.
        power: the exponent, above 0; 1 is a straight line, 2 falls fast first.

    Raises:
        ValueError: a rate that is negative or not finite, steps below 1, a power of 0 or less.
        TypeError: an argument of another type.

    Example:
        >>> square = Polynomial(start=1.0, end=0.0, steps=100, power=2.0)
        >>> [float(square(step)) for step in (0, 50, 75, 100)]
        [1.0, 0.25, 0.0625, 0.0]
    """

    _by_progress: ClassVar[bool] = True

    start: float
    end: float
    steps: int
    power: float = 1.0

    def __post_init__(self) -> None:
        _checks.rates(self, "start", "end")
        _checks.steps(self, "steps")
        _checks.positive(self, "power")

    def _rate(self, position: Array, xp: Namespace) -> Array:
        low, high = sorted((self.start, self.end))
        weight = xp.power(xp.remaining(position, self.steps), self.power)
        if self.start < self.end:
            weight = xp.maximum(1 - weight, 0.0)
        return low + weight * (high - low)


@recipe
def polynomial(
    *,
    peak: float,
    steps: int | None = None,
    power: float = 2.0,
    warmup: Length = 0,
    floor: float = 0.0,
) -> Schedule:
    """Return a polynomial decay from `peak` to `floor`, after a linear warm-up.

    Args:
        peak: the largest rate.
        steps: how many updates; None leaves it to whoever binds the recipe.
        power: the exponent, above 0; 1 is a straight line, 2 falls fast first.
        warmup: updates of warm-up: an int, or a float in (0, 1) as a fraction of `steps`.
        floor: the rate that is reached at step `steps`.

    Raises:
        ValueError: an argument out of its range.

    Example:
        >>> polynomial(peak=0.1, steps=100, warmup=9)
        Linear(start=0.01, end=0.1, steps=9) >> Polynomial(start=0.1, end=0.0, steps=91, power=2.0)

    Source: Chen et al., "DeepLab", 2017, with power 0.9.
    """
    return warmed_up(
        "polynomial",
        peak=peak,
        steps=steps,
        warmup=warmup,
        then=lambda rest: Polynomial(start=peak, end=floor, steps=rest, power=power),
    )

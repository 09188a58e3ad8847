"""A fixed rate."""

from typing import ClassVar

from paceline.schedules import _checks
from paceline.schedules._linear import warmed_up
from paceline.schedules._namespace import Array, Namespace
from paceline.schedules._recipe import Length, recipe
from paceline.schedules._schedule import Schedule, registered


@registered
class Constant(Schedule):
    """A fixed rate: rate(step) = rate.

    Args:
        rate: the learning rate, 0 or more.
        steps: how many steps it lasts before what follows; None: it never ends.

    Raises:
        ValueError: a rate that is negative or not finite, steps below 1.
        TypeError: an argument of another type.

    Example:
        >>> fixed = Constant(rate=1e-3)
        >>> float(fixed(10**9))
        0.001
    """

    _by_progress: ClassVar[bool] = True

    rate: float
    steps: int | None = None

    def __post_init__(self) -> None:
        _checks.rates(self, "rate")
        _checks.steps(self, "steps", optional=True)

    def _rate(self, position: Array, xp: Namespace) -> Array:
        return xp.full_like(xp.real(position), self.rate)

    def _area(self, steps: int) -> float:
        return steps * self.rate


@recipe
def constant(*, peak: float, steps: int | None = None, warmup: Length = 0) -> Schedule:
    """Return a fixed rate of `peak` for `steps` updates, after a linear warm-up.

    Args:
        peak: the learning rate, 0 or more.
        steps: how many updates; None leaves it to whoever binds the recipe.
        warmup: updates of warm-up: an int, or a float in (0, 1) as a fraction of `steps`.

    Raises:
        ValueError: an argument out of its range.

    Example:
        >>> constant(peak=0.1, steps=100, warmup=9)
        Linear(start=0.01, end=0.1, steps=9) >> Constant(rate=0.1, steps=91)
    """
    return warmed_up(
        "constant",
        peak=peak,
        steps=steps,
        warmup=warmup,
        then=lambda rest: Constant(rate=peak, steps=rest),
    )

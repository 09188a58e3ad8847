"""A fixed rate."""

from paceline.schedules import _checks
from paceline.schedules._linear import warmup_segment
from paceline.schedules._namespace import Array, Namespace
from paceline.schedules._recipe import Length, join, recipe, span
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
        >>> float(Constant(rate=1e-3)(10**9))
        0.001
    """

    rate: float
    steps: int | None = None

    def __post_init__(self) -> None:
        _checks.rates(self, "rate")
        _checks.steps(self, "steps", optional=True)

    def _rate(self, position: Array, xp: Namespace) -> Array:
        return xp.full_like(xp.real(position), self.rate)


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
        >>> constant(peak=0.1, steps=100)
        Constant(rate=0.1, steps=100)
    """
    total, ramp = span("constant", steps, warmup=warmup)
    rest = total - ramp
    return join(warmup_segment(peak, ramp), Constant(rate=peak, steps=rest) if rest else None)

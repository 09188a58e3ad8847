"""A power of the remaining progress."""

from paceline.schedules import _checks
from paceline.schedules._namespace import Array, Namespace
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
        >>> float(Polynomial(start=1.0, end=0.0, steps=4, power=2.0)(2))
        0.25
    """

    start: float
    end: float
    steps: int
    power: float = 1.0

    def __post_init__(self) -> None:
        _checks.rates(self, "start", "end")
        _checks.steps(self, "steps")
        _checks.positive(self, "power")

    def _rate(self, position: Array, xp: Namespace) -> Array:
        weight = xp.minimum(xp.power(xp.remaining(position, self.steps), self.power), 1.0)
        return weight * self.start + (1 - weight) * self.end

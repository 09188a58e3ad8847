"""A schedule times a factor."""

from collections.abc import Iterator
from typing import ClassVar

from paceline.schedules import _checks
from paceline.schedules._namespace import Array, Namespace
from paceline.schedules._pieces import Piece, Place
from paceline.schedules._schedule import Schedule, grouped, registered


@registered
class Scaled(Schedule):
    """A schedule times a factor; what `factor * a` makes: rate(step) = factor * schedule(step).

    Args:
        factor: a number of 0 or more.
        schedule: the schedule to scale.

    Raises:
        ValueError: a negative or non-finite factor.
        TypeError: a factor that is no number, or a schedule that is none.

    Example:
        >>> from paceline.schedules import Cosine
        >>> 0.5 * Cosine(start=1.0, end=0.0, steps=100)
        0.5 * Cosine(start=1.0, end=0.0, steps=100)
    """

    _is_operator: ClassVar[bool] = True

    factor: float
    schedule: Schedule

    def __post_init__(self) -> None:
        _checks.rates(self, "factor")
        _checks.schedules(self, "schedule")

    @property
    def length(self) -> int | None:
        """The length of what is scaled."""
        return self.schedule.length

    def _rate(self, position: Array, xp: Namespace) -> Array:
        return self.factor * self.schedule._rate(position, xp)

    def _pieces(self, first: Place) -> Iterator[Piece]:
        return self.schedule._pieces(first)

    def _area(self, steps: int) -> float:
        return self.factor * self.schedule._area(steps)

    def __repr__(self) -> str:
        """Return an expression that makes this schedule."""
        return f"{self.factor!r} * {grouped(self.schedule)}"

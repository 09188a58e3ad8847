"""A schedule plus a rate."""

from collections.abc import Iterator
from typing import ClassVar

from paceline.schedules import _checks
from paceline.schedules._namespace import Array, Namespace
from paceline.schedules._pieces import Piece, Place
from paceline.schedules._schedule import Schedule, grouped, registered


@registered
class Raised(Schedule):
    """A schedule plus a fixed rate; what `a + rate` makes: rate(step) = schedule(step) + rate.

    Args:
        schedule: the schedule to raise.
        rate: what is added to every rate, 0 or more.

    Raises:
        ValueError: a rate that is negative or not finite.
        TypeError: a rate that is no number, or a schedule that is none.

    Example:
        >>> from paceline.schedules import Triangle
        >>> raised = Triangle(start=0.0, peak=0.1, steps=20).repeat(times=3, scale=0.5) + 0.01
        >>> [round(float(raised(step)), 3) for step in (0, 10, 20, 30, 60)]
        [0.01, 0.11, 0.01, 0.06, 0.01]
    """

    _is_operator: ClassVar[bool] = True

    schedule: Schedule
    rate: float

    def __post_init__(self) -> None:
        _checks.schedules(self, "schedule")
        _checks.rates(self, "rate")

    @property
    def length(self) -> int | None:
        """The length of what is raised."""
        return self.schedule.length

    def _rate(self, position: Array, xp: Namespace) -> Array:
        return self.schedule._rate(position, xp) + self.rate

    def _pieces(self, first: Place) -> Iterator[Piece]:
        return self.schedule._pieces(first)

    def _area(self, steps: int) -> float:
        return self.schedule._area(steps) + steps * self.rate

    def __repr__(self) -> str:
        """Return an expression that makes this schedule."""
        return f"{grouped(self.schedule)} + {self.rate!r}"

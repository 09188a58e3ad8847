"""A schedule as a staircase."""

from collections.abc import Iterator

from paceline.schedules import _checks
from paceline.schedules._namespace import Array, Namespace
from paceline.schedules._pieces import Piece, Place, stairs
from paceline.schedules._schedule import Schedule, grouped, registered


@registered
class Held(Schedule):
    """A schedule that changes every so many steps only; what `a.held(every=n)` makes.

    rate(step) = schedule(every*floor(step/every)), and at the end of the schedule its end value.

    Args:
        schedule: the schedule to hold.
        every: how many updates each rate is held for, 1 or more.

    Raises:
        ValueError: a length below 1.
        TypeError: an argument of another type.

    Example:
        >>> from paceline.schedules import Linear
        >>> stairs = Linear(start=1.0, end=0.0, steps=800).held(every=200)
        >>> [float(stairs(step)) for step in (0, 199, 200, 399, 400, 799, 800)]
        [1.0, 1.0, 0.75, 0.75, 0.5, 0.25, 0.0]
    """

    schedule: Schedule
    every: int

    def __post_init__(self) -> None:
        _checks.schedules(self, "schedule")
        _checks.steps(self, "every", fix="Give how many updates each rate is held for.")

    @property
    def length(self) -> int | None:
        """The length of what is held."""
        return self.schedule.length

    def _rate(self, position: Array, xp: Namespace) -> Array:
        length = self.schedule.length
        stairs = xp.quotient(position, self.every) * min(self.every, xp.last_step)
        if length is not None:
            stairs = xp.where(xp.reached(position, length), position, stairs)
        return self.schedule._held(stairs, xp.whole())

    def _pieces(self, first: Place) -> Iterator[Piece]:
        return stairs(self.schedule, every=self.every, first=first)

    def __repr__(self) -> str:
        """Return an expression that makes this schedule."""
        return f"{grouped(self.schedule)}.held(every={self.every})"

"""A schedule without its beginning."""

from collections.abc import Iterator

from paceline.schedules import _checks
from paceline.schedules._namespace import Array, Namespace
from paceline.schedules._pieces import Piece, Place
from paceline.schedules._schedule import Schedule, grouped, registered


@registered
class Skipped(Schedule):
    """A schedule without its first steps: rate(step) = schedule(step + steps).

    It is what a new optimizer, which counts from 0, needs to go on where another one stopped.

    Args:
        schedule: the schedule.
        steps: how many of its updates are left out, 1 or more, fewer than its length.

    Raises:
        ValueError: nothing would be left, a count below 1.
        TypeError: an argument of another type.

    Example:
        >>> from paceline.schedules import Cosine
        >>> cosine = Cosine(start=0.1, end=0.0, steps=100)
        >>> rest = cosine.skipped(40)
        >>> rest.length, bool(rest(10) == cosine(50))
        (60, True)
    """

    schedule: Schedule
    steps: int

    def __post_init__(self) -> None:
        _checks.schedules(self, "schedule")
        _checks.steps(self, "steps", fix="To skip none use the schedule as it is.")
        length = self.schedule.length
        if length is not None and self.steps >= length:
            raise ValueError(
                f"Skipped needs steps < {length}, the schedule's length; got steps={self.steps!r}. "
                "For the rate that it ends with use Constant(rate=...)."
            )

    @property
    def length(self) -> int | None:
        """What is left of the length."""
        length = self.schedule.length
        return None if length is None else length - self.steps

    def _rate(self, position: Array, xp: Namespace) -> Array:
        if self.steps > xp.last_step:
            return self.schedule._held(position * 0 + xp.last_step, xp)
        place = xp.minimum(position, xp.last_step - self.steps) + self.steps
        return self.schedule._held(place, xp)

    def _pieces(self, first: Place) -> Iterator[Piece]:
        for step, label in self.schedule._pieces(first + self.steps):
            yield Piece(max(step - self.steps, 0), label)

    def __repr__(self) -> str:
        """Return an expression that makes this schedule."""
        return f"{grouped(self.schedule)}.skipped(steps={self.steps})"

"""The beginning of a schedule."""

from collections.abc import Iterator

from paceline.schedules import _checks
from paceline.schedules._namespace import Array, Namespace
from paceline.schedules._pieces import Piece, Place, until
from paceline.schedules._schedule import Schedule, grouped, registered


@registered
class Cut(Schedule):
    """The first steps of a schedule: rate(step) = schedule(min(step, steps)).

    It gives an end to a schedule that has none, so that another can follow.

    Args:
        schedule: the schedule.
        steps: how many of its updates are kept, 1 or more, at most its length.

    Raises:
        ValueError: more steps than the schedule has, a count below 1.
        TypeError: an argument of another type.

    Example:
        >>> from paceline.schedules import InverseSqrt, Linear
        >>> stable = InverseSqrt(start=0.1, timescale=100).cut(800)
        >>> cooled = stable >> Linear(start=float(stable(800)), end=0.0, steps=200)
        >>> cooled.length, round(float(cooled(800)), 4)
        (1000, 0.0333)
    """

    schedule: Schedule
    steps: int

    def __post_init__(self) -> None:
        _checks.schedules(self, "schedule")
        _checks.steps(self, "steps", fix="Give how many updates are kept.")
        length = self.schedule.length
        if length is not None and self.steps > length:
            raise ValueError(
                f"Cut needs steps <= {length}, the schedule's length; got steps={self.steps!r}. "
                "A schedule holds its end value by itself; to make it slower use .over(steps)."
            )

    def _rate(self, position: Array, xp: Namespace) -> Array:
        return self.schedule._rate(position, xp)

    def _pieces(self, first: Place) -> Iterator[Piece]:
        return until(self.schedule._pieces(first), self.steps)

    def _area(self, steps: int) -> float:
        return self.schedule._area(steps)

    def __repr__(self) -> str:
        """Return an expression that makes this schedule."""
        return f"{grouped(self.schedule)}.cut(steps={self.steps})"

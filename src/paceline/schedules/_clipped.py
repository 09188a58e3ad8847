"""A schedule between two rates."""

from collections.abc import Iterator

from paceline.schedules import _checks
from paceline.schedules._namespace import Array, Namespace
from paceline.schedules._pieces import Piece, Place
from paceline.schedules._schedule import Schedule, grouped, registered


@registered
class Clipped(Schedule):
    """A schedule kept between two rates; what `a.clip(floor, ceiling)` makes.

    rate(step) = min(max(schedule(step), floor), ceiling).

    Args:
        schedule: the schedule to clip.
        floor: the smallest rate, 0 or more.
        ceiling: the largest rate, `floor` or more; None: no limit.

    Raises:
        ValueError: a ceiling below the floor, a rate that is negative or not finite.
        TypeError: an argument of another type.

    Example:
        >>> from paceline.schedules import Exponential
        >>> clipped = Exponential(start=0.1, factor=0.5, every=100, steps=600).clip(floor=0.01)
        >>> float(clipped(300)), float(clipped(400))
        (0.0125, 0.01)
    """

    schedule: Schedule
    floor: float = 0.0
    ceiling: float | None = None

    def __post_init__(self) -> None:
        _checks.schedules(self, "schedule")
        _checks.rates(self, "floor")
        if self.ceiling is None:
            return
        _checks.rates(self, "ceiling")
        if self.ceiling < self.floor:
            raise ValueError(
                f"Clipped needs ceiling >= floor; got ceiling={self.ceiling!r}, "
                f"floor={self.floor!r}. Swap them."
            )

    @property
    def length(self) -> int | None:
        """The length of what is clipped."""
        return self.schedule.length

    def _rate(self, position: Array, xp: Namespace) -> Array:
        rate = xp.maximum(self.schedule._rate(position, xp), self.floor)
        return rate if self.ceiling is None else xp.minimum(rate, self.ceiling)

    def _pieces(self, first: Place) -> Iterator[Piece]:
        return self.schedule._pieces(first)

    def __repr__(self) -> str:
        """Return an expression that makes this schedule."""
        ceiling = "" if self.ceiling is None else f", ceiling={self.ceiling!r}"
        return f"{grouped(self.schedule)}.clip(floor={self.floor!r}{ceiling})"

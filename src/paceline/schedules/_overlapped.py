"""A warm-up that multiplies a schedule which already runs."""

from collections.abc import Iterator

from paceline.schedules import _checks
from paceline.schedules._namespace import Array, Namespace
from paceline.schedules._pieces import Piece, Place, merged
from paceline.schedules._schedule import Schedule, grouped, registered


@registered
class Overlapped(Schedule):
    """A schedule under a warm-up: rate(step) = schedule(step)*warmup(step).

    The schedule runs from step 0 while the warm-up multiplies it; `warmup >> schedule` is the
    ordinary warm-up, where the schedule begins after it.

    Args:
        schedule: the schedule.
        warmup: factors that usually rise to 1; past its length it holds its last.

    Raises:
        ValueError: a recipe that does not know its horizon yet.
        TypeError: what is no schedule.

    Example:
        >>> from paceline.schedules import Cosine, warmup
        >>> cosine = Cosine(start=0.1, end=0.0, steps=100)
        >>> warm = cosine.overlapped(warmup(peak=1.0, steps=9))
        >>> warm.length, round(float(warm(4) / cosine(4)), 3), bool(warm(9) == cosine(9))
        (100, 0.5, True)
    """

    schedule: Schedule
    warmup: Schedule

    def __post_init__(self) -> None:
        _checks.schedules(self, "schedule", "warmup")

    @property
    def length(self) -> int | None:
        """The length of the schedule; the warm-up's does not count."""
        return self.schedule.length

    def _rate(self, position: Array, xp: Namespace) -> Array:
        return self.schedule._rate(position, xp) * self.warmup._held(position, xp)

    def _pieces(self, first: Place) -> Iterator[Piece]:
        return merged(self.schedule, self.warmup, " * ", first)

    def __repr__(self) -> str:
        """Return an expression that makes this schedule."""
        return f"{grouped(self.schedule)}.overlapped(warmup={self.warmup!r})"

"""A schedule times a factor."""

from paceline.schedules import _checks
from paceline.schedules._chain import Chain
from paceline.schedules._namespace import Array, Namespace
from paceline.schedules._schedule import Schedule, registered


@registered
class Scaled(Schedule):
    """A schedule times a factor: rate(step) = factor * schedule(step); what `factor * a` makes.

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

    factor: float
    schedule: Schedule

    def __post_init__(self) -> None:
        _checks.rates(self, "factor")
        if not isinstance(self.schedule, Schedule):
            raise TypeError(
                f"Scaled needs a schedule; got {self.schedule!r}. For a fixed rate use "
                "Constant(rate=...)."
            )
        _ = self.schedule.length  # a recipe without steps says so here

    @property
    def length(self) -> int | None:
        """The length of what is scaled."""
        return self.schedule.length

    def _rate(self, position: Array, xp: Namespace) -> Array:
        return self.factor * self.schedule._rate(position, xp)

    def __repr__(self) -> str:
        """Return an expression that makes this schedule."""
        inner = repr(self.schedule)
        if isinstance(self.schedule, Scaled | Chain):
            inner = f"({inner})"
        return f"{self.factor!r} * {inner}"

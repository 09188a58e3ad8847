"""The larger and the smaller of two schedules."""

from collections.abc import Iterator

from paceline.schedules import _checks
from paceline.schedules._namespace import Array, Namespace
from paceline.schedules._pieces import Piece, Place, merged
from paceline.schedules._schedule import Schedule, grouped, registered


@registered
class Maximum(Schedule):
    """The larger of two schedules: rate(step) = max(first(step), second(step)).

    It lasts as long as the longer one; the shorter one holds its end value.

    Args:
        first: a schedule.
        second: another.

    Raises:
        ValueError: a recipe that does not know its horizon yet.
        TypeError: what is no schedule.

    Example:
        >>> from paceline.schedules import Cosine, InverseSqrt
        >>> cosine = Cosine(start=0.1, end=0.0, steps=100)
        >>> larger = cosine.maximum(InverseSqrt(start=0.05, timescale=10, steps=100))
        >>> [round(float(larger(step)), 3) for step in (0, 50, 90)]
        [0.1, 0.05, 0.016]
    """

    first: Schedule
    second: Schedule

    def __post_init__(self) -> None:
        _checks.schedules(self, "first", "second")

    @property
    def length(self) -> int | None:
        """The length of the longer one, or None if one never ends."""
        return longer(self.first, self.second)

    def _rate(self, position: Array, xp: Namespace) -> Array:
        return xp.maximum(self.first._held(position, xp), self.second._held(position, xp))

    def _pieces(self, first: Place) -> Iterator[Piece]:
        return merged(self.first, self.second, " or ", first)

    def __repr__(self) -> str:
        """Return an expression that makes this schedule."""
        return f"{grouped(self.first)}.maximum({self.second!r})"


@registered
class Minimum(Schedule):
    """The smaller of two schedules: rate(step) = min(first(step), second(step)).

    It lasts as long as the longer one; the shorter one holds its end value.

    Args:
        first: a schedule.
        second: another.

    Raises:
        ValueError: a recipe that does not know its horizon yet.
        TypeError: what is no schedule.

    Example:
        >>> from paceline.schedules import InverseSqrt, Linear
        >>> rising = Linear(start=0.0, end=0.5, steps=100)
        >>> noam = rising.minimum(InverseSqrt(start=0.5, timescale=10, steps=500))
        >>> noam.length, round(float(noam(20)), 3), round(float(noam(490)), 4)
        (500, 0.1, 0.0707)
    """

    first: Schedule
    second: Schedule

    def __post_init__(self) -> None:
        _checks.schedules(self, "first", "second")

    @property
    def length(self) -> int | None:
        """The length of the longer one, or None if one never ends."""
        return longer(self.first, self.second)

    def _rate(self, position: Array, xp: Namespace) -> Array:
        return xp.minimum(self.first._held(position, xp), self.second._held(position, xp))

    def _pieces(self, first: Place) -> Iterator[Piece]:
        return merged(self.first, self.second, " or ", first)

    def __repr__(self) -> str:
        """Return an expression that makes this schedule."""
        return f"{grouped(self.first)}.minimum({self.second!r})"


def longer(first: Schedule, second: Schedule) -> int | None:
    """Return the length of the longer one, or None if one never ends."""
    if first.length is None or second.length is None:
        return None
    return max(first.length, second.length)

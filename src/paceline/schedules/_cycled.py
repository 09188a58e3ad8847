"""A schedule again and again, always from the start but slower."""

import itertools
from collections.abc import Iterator
from fractions import Fraction

from paceline.schedules import _checks
from paceline.schedules._namespace import Array, Namespace
from paceline.schedules._pieces import JUST_AFTER, Piece, Place, rescaled, until
from paceline.schedules._schedule import Schedule, grouped, registered


@registered
class Cycled(Schedule):
    """A schedule that starts over, ever slower, without end; what `a.cycled()` makes.

    With L the length of the schedule and n = max(1, ceil(step/L)), rate(step) = schedule(step/n).
    Each time that it has reached its end it jumps back to where a run of n lengths would be. It is
    what `PolynomialDecay(cycle=True)` of Keras does.

    Args:
        schedule: what to cycle; it must end.

    Raises:
        ValueError: a schedule that never ends.
        TypeError: what is no schedule.

    Example:
        >>> from paceline.schedules import Polynomial
        >>> cycles = Polynomial(start=0.1, end=0.0, steps=200, power=0.5).cycled()
        >>> [round(float(cycles(step)), 4) for step in (0, 100, 200, 201, 400)]
        [0.1, 0.0707, 0.0, 0.0705, 0.0]

    Source: Keras, `PolynomialDecay`, argument `cycle`.
    """

    schedule: Schedule

    def __post_init__(self) -> None:
        _checks.schedules(self, "schedule", ends=True)

    def _rate(self, position: Array, xp: Namespace) -> Array:
        number = xp.maximum(xp.ceiling(position, self.schedule.length or 1), 1)
        place, xp = xp.rescaled(position, 1, number, xp.last_step)
        return self.schedule._held(place, xp)

    def _pieces(self, first: Place) -> Iterator[Piece]:
        length = self.schedule.length or 1
        for number in itertools.count(max(-(-first // length), 1)):
            begin = (number - 1) * length + JUST_AFTER if number > 1 else 0
            inside = self.schedule._pieces(Fraction(max(begin, first)) / number)
            for step, label in until(inside, length):
                yield Piece(max(rescaled(step, number, 1), begin), f"{label}, cycle {number}")

    def __repr__(self) -> str:
        """Return an expression that makes this schedule."""
        return f"{grouped(self.schedule)}.cycled()"

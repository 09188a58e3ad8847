"""A schedule at another pace."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from paceline.schedules import _checks
from paceline.schedules._namespace import Array, Namespace
from paceline.schedules._pieces import Piece, Place, rescaled
from paceline.schedules._schedule import Schedule, grouped, registered

_LARGEST_DENOMINATOR = 10**6


@registered
class Stretched(Schedule):
    """A whole schedule at another pace; what `a.over(steps)` and `a.stretched(by)` make.

    rate(step) = schedule(step*of/steps). What takes `of` steps in the schedule takes `steps` here.
    Between two steps of the schedule its formula is read at the place between them, so that the
    shape stays the same; boundaries are found in whole numbers.

    Args:
        schedule: the schedule to stretch.
        steps: how many updates the first `of` steps of the schedule take, 1 or more.
        of: steps of the schedule, 1 or more.

    Raises:
        ValueError: a schedule whose length is no whole number then, a count below 1.
        TypeError: an argument of another type.

    Example:
        >>> from paceline.schedules import Constant, Linear
        >>> short = Linear(start=0.0, end=0.1, steps=10) >> Constant(rate=0.1, steps=10)
        >>> long = short.over(200)
        >>> long
        (Linear(start=0.0, end=0.1, steps=10) >> Constant(rate=0.1, steps=10)).over(steps=200)
        >>> float(long(50)), float(long(100)), long.length
        (0.05, 0.1, 200)
    """

    schedule: Schedule
    steps: int
    of: int

    def __post_init__(self) -> None:
        _checks.schedules(self, "schedule")
        _checks.steps(self, "steps", "of")
        pace, inner = Fraction(self.steps, self.of), self.schedule
        if isinstance(inner, Stretched):
            pace, inner = pace * Fraction(inner.steps, inner.of), inner.schedule
        if inner.length is not None and (inner.length * pace).denominator != 1:
            raise ValueError(
                f"Stretched needs a length of whole updates; got steps={self.steps!r}, "
                f"of={self.of!r} for a schedule of {inner.length} steps. Use "
                "schedule.over(steps)."
            )
        for name, value in {
            "schedule": inner,
            "steps": pace.numerator,
            "of": pace.denominator,
        }.items():
            object.__setattr__(self, name, value)

    @property
    def length(self) -> int | None:
        """The stretched length, or None if the schedule never ends."""
        inner = self.schedule.length
        return None if inner is None else inner * self.steps // self.of

    def _rate(self, position: Array, xp: Namespace) -> Array:
        inner = self.schedule.length
        if inner is None:
            position = xp.minimum(position, min(xp.last_step, xp.last_step * self.steps // self.of))
        else:
            check_ints(self.schedule, xp)
        place, xp = xp.rescaled(position, self.of, self.steps, self.steps)
        return self.schedule._held(place, xp)

    def _pieces(self, first: Place) -> Iterator[Piece]:
        for step, label in self.schedule._pieces(rescaled(first, self.of, self.steps)):
            yield Piece(rescaled(step, self.steps, self.of), label)

    def __repr__(self) -> str:
        """Return an expression that makes this schedule."""
        if self.length is None:
            return f"{grouped(self.schedule)}.stretched(by={self.steps / self.of!r})"
        return f"{grouped(self.schedule)}.over(steps={self.length})"


def check_ints(schedule: Schedule, xp: Namespace) -> None:
    """Refuse a schedule whose steps the ints don't hold: it can't be read at another pace."""
    if (schedule.length or 0) > xp.last_step:
        raise ValueError(
            f"{schedule!r} counts more steps than JAX's int32 holds. Turn int64 on: "
            'jax.config.update("jax_enable_x64", True).'
        )


def over(schedule: Schedule, steps: Any) -> Schedule:
    """Return `schedule` over `steps` updates."""
    fix = "Give the number of updates of the new horizon."
    steps = _checks.count(steps, owner="over", name="steps", fix=fix)
    if isinstance(schedule, Stretched):
        schedule = schedule.schedule
    length = schedule.length
    if length is None:
        raise ValueError(
            f"over needs a schedule that ends; got {schedule!r}. Use .stretched(by=...), or "
            f".cut({steps}) for its first updates."
        )
    return schedule if length == steps else schedule._over(steps)


def stretched(schedule: Schedule, by: Any) -> Schedule:
    """Return `schedule` `by` times slower."""
    fix = "It multiplies the length, such as 2.0."
    by = _checks.between(by, owner="stretched", name="by", least=1e-6, most=1e9, fix=fix)
    if schedule.length is not None:
        return over(schedule, max(1, round(schedule.length * by)))
    pace = Fraction(by).limit_denominator(_LARGEST_DENOMINATOR)
    return Stretched(schedule=schedule, steps=pace.numerator, of=pace.denominator)

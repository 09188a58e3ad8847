"""A schedule again and again."""

import bisect
import dataclasses
import functools
import itertools
import math
from collections.abc import Iterator
from fractions import Fraction

from paceline.schedules import _checks
from paceline.schedules._namespace import Array, Namespace
from paceline.schedules._pieces import Piece, Place, rescaled, until
from paceline.schedules._schedule import Schedule, grouped, registered
from paceline.schedules._stretched import Stretched, check_ints

_MOST_CYCLES = 4096
_FAR = 2**40
_LARGEST_PRODUCT = 2**62
_LATEST = 2**53
"""Without end, cycles are listed up to that step, and beyond while int64 holds their products."""


@registered
class Repeated(Schedule):
    """A schedule again and again; what `a.repeat(times, growth, scale)` makes.

    With L the length of the schedule and g the growth, cycle i begins at step
    b_i = ceil(L*(g^i - 1)/(g - 1)), which is i*L for g = 1, and lasts L_i = b_(i+1) - b_i steps:

    rate(step) = scale^i * schedule((step - b_i)*L/L_i) for b_i <= step < b_(i+1).

    The arithmetic is that of whole numbers, so that a restart is never early or late. Past the last
    cycle the rate is the one that this cycle ends with. `over(steps)` moves every b_i to the
    next whole step in proportion.

    Args:
        schedule: what to repeat; it must end.
        times: how many cycles; None: without end.
        growth: how many times longer each cycle is than the one before, 1 or more; read as the
            decimal number that it is written as.
        scale: what the rates of each cycle are multiplied by after the one before, above 0 and at
            most 1.
        steps: how many updates all cycles last; None: as many as they have.

    Raises:
        ValueError: a schedule that never ends, a number out of its range, steps without `times`, or
            more than 4096 cycles of different lengths.
        TypeError: an argument of another type.

    Example:
        >>> from paceline.schedules import Cosine
        >>> restarts = Cosine(start=0.1, end=0.0, steps=100).repeat(times=3, growth=2.0)
        >>> restarts
        Cosine(start=0.1, end=0.0, steps=100).repeat(times=3, growth=2.0)
        >>> restarts.length, float(restarts(100)), float(restarts(300))
        (700, 0.1, 0.1)

    Source: Loshchilov and Hutter, "SGDR", 2017, section 3.
    """

    schedule: Schedule
    times: int | None = None
    growth: float = 1.0
    scale: float = 1.0
    steps: int | None = None

    def __post_init__(self) -> None:
        _checks.schedules(self, "schedule", ends=True)
        if self.times is not None:
            fix = "For repeats without end leave it out."
            times = _checks.count(self.times, owner="Repeated", name="times", fix=fix)
            object.__setattr__(self, "times", times)
        fix = "For cycles of the same length leave it out."
        growth = _checks.between(
            self.growth, owner="Repeated", name="growth", least=1, most=1e6, fix=fix
        )
        object.__setattr__(self, "growth", growth)
        fix = "It multiplies the rates of each next cycle, such as 0.5."
        scale = _checks.share(self.scale, owner="Repeated", name="scale", fix=fix)
        object.__setattr__(self, "scale", scale)
        _checks.steps(self, "steps", optional=True)
        if self.steps is not None and self.times is None:
            raise ValueError(
                f"Repeated needs times where steps are given; got steps={self.steps!r}, "
                "times=None. For its first updates use .cut(steps)."
            )
        cycles = len(self._starts) - 1 if self._differ else 0
        if cycles > _MOST_CYCLES or (cycles and self.times is None and self._starts[-1] < _FAR):
            raise ValueError(
                f"Repeated needs at most {_MOST_CYCLES} cycles of different lengths; got "
                f"growth={growth!r}, times={self.times!r}. Give a smaller times, or a growth "
                "further from 1."
            )
        if cycles and self._starts[-1] > _LARGEST_PRODUCT:
            raise ValueError(
                f"Repeated needs cycles that end by step 2**62; got growth={growth!r}, "
                f"times={self.times!r}. Give a smaller times or growth."
            )
        if self.steps is not None and not _each_has_a_step(self._starts):
            raise ValueError(
                f"Repeated needs a step or more for each cycle; got steps={self.steps!r} for "
                f"times={self.times!r}, growth={growth!r}. Give more steps, or a smaller times."
            )

    @property
    def _inner(self) -> int:
        return self.schedule.length or 0

    @property
    def _differ(self) -> bool:
        """Whether a cycle may have another length than the schedule."""
        return self.growth != 1 or self.steps is not None

    @property
    def _starts(self) -> tuple[int, ...]:
        """The first step of each cycle where they differ, and of what would follow the last."""
        return _starts(self._inner, self.growth, self.times, self.steps)

    @property
    def length(self) -> int | None:
        """The sum of the cycles' lengths, or None without end."""
        if self.times is None:
            return None
        return self._starts[-1] if self._differ else self.times * self._inner

    def _rate(self, position: Array, xp: Namespace) -> Array:
        if not self._differ:
            cycle = xp.quotient(position, self._inner)
            if self.times is not None:
                cycle = xp.minimum(cycle, min(self.times - 1, xp.last_step))
            place = position - cycle * min(self._inner, xp.last_step)
            return self._shrunk(self.schedule._held(place, xp), cycle, xp)
        for cycle, (early, late) in enumerate(itertools.pairwise(self._starts)):
            if early <= xp.last_step < late - early:  # JAX's int32: the last cycle that it reaches
                long, last = late - early, self.schedule
                if long != self._inner:
                    last = Stretched(schedule=last, steps=long, of=self._inner)
                slow = last * self.scale**cycle
                branches = [self._rate_in_cycle, slow._rate]
                return xp.choose(position, [early], branches) if cycle else slow._rate(position, xp)
        return self._rate_in_cycle(position, xp)

    def _rate_in_cycle(self, position: Array, xp: Namespace) -> Array:
        cycle, start, length = xp.cycle_at(position, self._starts)
        place = position - start
        if self.schedule._by_progress:
            rate = self.schedule._rate(xp.minimum(place, length), xp.in_cycle(length))
            return self._shrunk(rate, cycle, xp)
        lengths = [late - early for early, late in itertools.pairwise(self._starts)]
        lengths = [each for each in lengths if each <= xp.last_step]
        if all(each % self._inner == 0 for each in lengths):
            times = length // self._inner
            place, xp = xp.rescaled(place, 1, times, max(lengths) // self._inner)
        else:
            check_ints(self.schedule, xp)
            place, xp = xp.rescaled(place, self._inner, length, max(lengths))
        return self._shrunk(self.schedule._held(place, xp), cycle, xp)

    def _shrunk(self, rate: Array, cycle: Array, xp: Namespace) -> Array:
        return rate if self.scale == 1 else rate * xp.decay(self.scale, xp.floats(cycle))

    def _over(self, steps: int) -> Schedule:
        if self.steps is None and self.times is not None and self.times <= min(steps, _MOST_CYCLES):
            starts = _starts(self._inner, self.growth, self.times, steps)
            if _each_has_a_step(starts):
                return dataclasses.replace(self, steps=steps)
        if self.steps is not None and dataclasses.replace(self, steps=None).length == steps:
            return dataclasses.replace(self, steps=None)
        return Stretched(schedule=self, steps=steps, of=self.length or 0)

    def _pieces(self, first: Place) -> Iterator[Piece]:
        for cycle in itertools.count(self._cycle_of(first)):
            if not self._differ:
                start, long = cycle * self._inner, self._inner
            elif cycle + 1 < len(self._starts):
                start = self._starts[cycle]
                long = self._starts[cycle + 1] - start
            else:
                return
            if cycle == self.times:
                return
            inside = rescaled(max(first - start, 0), self._inner, long)
            for place, label in until(self.schedule._pieces(inside), self._inner):
                step = rescaled(place, long, self._inner)
                yield Piece(start + step, f"{label}, cycle {cycle + 1}")

    def _cycle_of(self, step: Place) -> int:
        if self._differ:
            return bisect.bisect_right(self._starts[1:-1], step)
        cycle = int(step // self._inner)
        return cycle if self.times is None else min(cycle, self.times - 1)

    def _area(self, steps: int) -> float:
        if self._differ:
            return super()._area(steps)
        whole, rest = divmod(steps, self._inner)
        shrunk, each = self.scale**whole, math.log(self.scale)
        cycles = math.expm1(whole * each) / math.expm1(each) if each else whole
        area = cycles * self.schedule._area(self._inner) if whole else 0.0
        return area + (shrunk * self.schedule._area(rest) if rest else 0.0)

    def __repr__(self) -> str:
        """Return an expression that makes this schedule."""
        given = [
            f"{name}={value!r}"
            for name, value, default in (
                ("times", self.times, None),
                ("growth", self.growth, 1),
                ("scale", self.scale, 1),
            )
            if value != default
        ]
        over = "" if self.steps is None else f".over(steps={self.steps})"
        return f"{grouped(self.schedule)}.repeat({', '.join(given)}){over}"


def _each_has_a_step(starts: tuple[int, ...]) -> bool:
    return all(early < late for early, late in itertools.pairwise(starts))


@functools.lru_cache(maxsize=256)
def _starts(inner: int, growth: float, times: int | None, steps: int | None) -> tuple[int, ...]:
    up, down = Fraction(repr(growth)).as_integer_ratio()
    start, long, unit, found = 0, inner, 1, [0]  # start and long are counted in 1/unit steps
    while len(found) <= min(times or _MOST_CYCLES, _MOST_CYCLES + 1) and (
        times
        or found[-1] <= _FAR
        or (long * inner <= _LARGEST_PRODUCT * unit and found[-1] <= _LATEST)
    ):
        start += long
        found.append(-(-start // unit))
        start, long, unit = start * down, long * up, unit * down
    if steps is None:
        return tuple(found)
    return tuple(-(-step * steps // found[-1]) for step in found)

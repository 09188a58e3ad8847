"""A schedule again and again."""

import functools
import itertools
import math
from collections.abc import Iterator
from fractions import Fraction

from paceline.schedules import _checks
from paceline.schedules._namespace import Array, Namespace
from paceline.schedules._pieces import Piece
from paceline.schedules._schedule import Schedule, grouped, registered

_MOST_CYCLES = 4096
_LAST = 2**53


@registered
class Repeated(Schedule):
    """A schedule again and again; what `a.repeat(times, growth, scale)` makes.

    With L the length of the schedule and g the growth, cycle i begins at step
    b_i = ceil(L*(g^i - 1)/(g - 1)), which is i*L for g = 1, and lasts L_i = b_(i+1) - b_i steps:

    rate(step) = scale^i * schedule((step - b_i)*L/L_i) for b_i <= step < b_(i+1).

    The arithmetic is that of whole numbers, so that a restart is never early or late. Past the last
    cycle the rate is the one that this cycle ends with.

    Args:
        schedule: what to repeat; it must end.
        times: how many cycles; None: without end.
        growth: how many times longer each cycle is than the one before, 1 or more; read as the
            decimal number that it is written as.
        scale: what the rates of each cycle are multiplied by after the one before, above 0 and at
            most 1.

    Raises:
        ValueError: a schedule that never ends, a number out of its range, or more than 4096 cycles
            that grow.
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
        if growth > 1 and len(self._starts) > _MOST_CYCLES:
            raise ValueError(
                f"Repeated needs at most {_MOST_CYCLES} cycles that grow; got growth={growth!r}, "
                f"times={self.times!r}. Give a smaller times, or a growth further from 1."
            )

    @property
    def _inner(self) -> int:
        return self.schedule.length or 0

    @property
    def _starts(self) -> tuple[int, ...]:
        """The first step of each cycle that grows, and of what would follow the last."""
        return _starts(self._inner, self.growth, self.times)

    @property
    def length(self) -> int | None:
        """The sum of the cycles' lengths, or None without end."""
        if self.times is None:
            return None
        return self.times * self._inner if self.growth == 1 else self._starts[-1]

    def _rate(self, position: Array, xp: Namespace) -> Array:
        if self.growth == 1:
            cycle = xp.quotient(position, self._inner)
            if self.times is not None:
                cycle = xp.minimum(cycle, min(self.times - 1, xp.last_step))
            place = position - cycle * min(self._inner, xp.last_step)
        else:
            starts = self._starts[:-1]
            lengths = [late - early for early, late in itertools.pairwise(self._starts)]
            cycle = xp.interval(position, starts[1:])
            place = position - xp.pick(starts, cycle)
            place, xp = xp.rescaled_by(place, self._inner, lengths, cycle)
        rate = self.schedule._held(place, xp)
        return rate if self.scale == 1 else rate * xp.decay(self.scale, xp.floats(cycle))

    def _pieces(self) -> Iterator[Piece]:
        for cycle in itertools.count() if self.times is None else range(self.times):
            if self.growth == 1:
                start, long = cycle * self._inner, self._inner
            elif cycle + 1 < len(self._starts):
                start = self._starts[cycle]
                long = self._starts[cycle + 1] - start
            else:
                return
            last = -1
            for step, label in self.schedule._pieces():
                place = math.ceil(Fraction(step * long, self._inner))
                if last < place < long:
                    yield Piece(start + place, f"{label}, cycle {cycle + 1}")
                if place >= long:
                    break
                last = place

    def _area(self, steps: int) -> float:
        if self.growth != 1:
            return super()._area(steps)
        whole, rest = divmod(steps, self._inner)
        shrunk = self.scale**whole
        cycles = whole if self.scale == 1 else (1 - shrunk) / (1 - self.scale)
        area = cycles * self.schedule._area(self._inner)
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
        return f"{grouped(self.schedule)}.repeat({', '.join(given)})"


@functools.lru_cache(maxsize=256)
def _starts(inner: int, growth: float, times: int | None) -> tuple[int, ...]:
    factor = Fraction(repr(growth))
    start, long, found = Fraction(0), Fraction(inner), [0]
    while len(found) <= _MOST_CYCLES and (len(found) <= times if times else found[-1] <= _LAST):
        start, long = start + long, long * factor
        found.append(math.ceil(start))
    return tuple(found)

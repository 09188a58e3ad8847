"""Places between two steps, where a stretched schedule is read, in whole numbers.

Positions are whole numbers, so that phase arithmetic is exact. A schedule that is stretched stands
between two of them. How far past the whole position is known in whole numbers too, so that a
stretched schedule can be stretched again, and every boundary stays exact.
"""

import copy
import functools
import operator
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple, Self

import numpy as np

Array = Any
Values = Sequence[float] | np.ndarray[Any, Any]


class Rest(NamedTuple):
    """A part of a step, rest/denominator; `largest` is the largest denominator."""

    rest: Array
    denominator: Any
    largest: int


class Places:
    """Positions that may stand between two steps; a namespace knows how far."""

    library: Any
    last_step: int
    where: Any
    minimum: Any
    fori_loop: Any

    def __init__(self) -> None:
        """Begin with whole positions."""
        self.rests: tuple[Rest, ...] = ()
        self.tail: Array | None = None

    def cast(self, value: Array, dtype: str) -> Array:
        """Return `value` as an array of `dtype`."""
        raise NotImplementedError

    def table(self, values: Values, dtype: str) -> Array:
        """Return `values` as an array of `dtype`."""
        raise NotImplementedError

    def floats(self, value: Array) -> Array:
        """Return whole numbers in this library's floating type."""
        return self.cast(value, "float32")

    def between(self, rests: tuple[Rest, ...], tail: Array | None) -> Self:
        """Return this namespace for positions past their whole steps by a part of a step.

        With rests r/d, s/e, ... it is (r + (s + ... + tail)/e)/d, each rest below its denominator,
        and `tail` in floats from 0 to 1, where the ints can't hold the denominator.
        """
        other = copy.copy(self)
        other.rests, other.tail = rests, tail
        return other

    def whole(self) -> Self:
        """Return this namespace for whole positions."""
        return self.between((), None) if self.is_between else self

    @property
    def is_between(self) -> bool:
        """Whether positions may stand between two steps."""
        return bool(self.rests)

    def is_past(self) -> Array:
        """Return where positions are past their whole steps."""
        past = [rest > 0 for rest, *_ in self.rests]
        past += [] if self.tail is None else [self.tail > 0]
        return functools.reduce(operator.or_, past)

    def past(self) -> Array:
        """Return in floats how far positions are past their whole steps."""
        past = self.tail
        for rest, denominator, _ in reversed(self.rests):
            whole = self.floats(rest)
            past = (whole if past is None else whole + past) / self._divisor(denominator)
        return past

    def missing(self) -> Array:
        """Return 1 - past(), subtracted on whole numbers: floats would lose a root's last steps."""
        missing = None if self.tail is None else 1 - self.tail
        for rest, denominator, _ in reversed(self.rests):
            left = denominator - rest
            whole = self.floats(left) if missing is None else self.floats(left - 1) + missing
            missing = whole / self._divisor(denominator)
        return missing

    def _divisor(self, denominator: Any) -> Any:
        return float(denominator) if isinstance(denominator, int) else self.floats(denominator)

    def rescaled(
        self, position: Array, numerator: int, denominator: Any, largest: int
    ) -> tuple[Array, Self]:
        """Return floor(position*numerator/denominator), and this namespace with what is past it.

        `largest` is the largest denominator; a denominator that is no int is within the ints.
        """
        if largest > self.last_step:
            return self._rescaled_beyond_the_ints(position, Fraction(numerator, largest))
        times = position // denominator
        rest = position - times * denominator
        whole = times * numerator
        more, rest = self.multiplied(rest, numerator, denominator, largest)
        whole = whole + more
        rests, tail, carried = self._past_multiplied(numerator)
        if carried is not None:
            more, rest = self._added(rest, carried, denominator)
            whole = whole + more
        return whole, self.between((Rest(rest, denominator, largest), *rests), tail)

    def _past_multiplied(
        self, numerator: int
    ) -> tuple[tuple[Rest, ...], Array | None, Array | None]:
        """Return past()*numerator: its rests, its tail, and how many whole steps it has."""
        if numerator == 1:
            return self.rests, self.tail, None
        tail, carried = self.tail, None
        if tail is not None:
            place = tail * numerator
            tail = place - self.library.floor(place)
            carried = self.cast(self.library.floor(place), "int")
        rests: list[Rest] = []
        for rest, denominator, largest in reversed(self.rests):
            whole, rest = self.multiplied(rest, numerator, denominator, largest)
            if carried is not None:
                more, rest = self._added(rest, carried, denominator)
                whole = whole + more
            rests.insert(0, Rest(rest, denominator, largest))
            carried = whole
        return tuple(rests), tail, carried

    def _rescaled_beyond_the_ints(self, position: Array, pace: Fraction) -> tuple[Array, Self]:
        """Return floor(position*pace) for a pace whose denominator is beyond the ints.

        No fraction m/position lies between the pace and the largest one below it whose denominator
        is within the ints, so both have the same whole steps; floats add what is between them.
        """
        near = largest_below(pace, self.last_step)
        bound = near.denominator
        whole, xp = self.whole().rescaled(position, near.numerator, bound, bound)
        slow = self.floats(position) * float((pace - near) * bound)
        if not self.is_between:
            return whole, xp.between(xp.rests, self.minimum(slow, 1.0))
        place = (self.floats(xp.rests[0].rest) + slow) / bound + self.past() * float(pace)
        down = self.library.floor(place)
        none = Rest(position * 0, 1, 1)
        return whole + self.cast(down, "int"), self.between((none,), place - down)

    def multiplied(
        self, left: Array, numerator: int, denominator: Any, largest: int
    ) -> tuple[Array, Array]:
        """Return divmod(left*numerator, denominator) for 0 <= left < denominator <= largest.

        The product is never formed where it could leave the range of the ints.
        """
        if numerator == 1:
            return left * 0, left
        if numerator * largest <= self.last_step:
            whole = left * numerator // denominator
            return whole, left * numerator - whole * denominator
        return self._long_division(left, numerator, denominator)

    def _long_division(
        self, left: Array, numerator: int, denominator: Array
    ) -> tuple[Array, Array]:
        """Return divmod(left*numerator, denominator) for left < denominator, bit by bit."""
        bits = self.table([int(bit) for bit in f"{numerator:b}"], "int")

        def double(index: Array, found: tuple[Array, Array]) -> tuple[Array, Array]:
            whole, rest = found
            twice, rest = self._carried(rest, rest, denominator)
            more, rest = self._carried(rest, left * self.library.take(bits, index), denominator)
            return whole + whole + twice + more, rest

        return self.fori_loop(0, numerator.bit_length(), double, (left * 0, left * 0))

    def _added(self, rest: Array, more: Array, denominator: Any) -> tuple[Array, Array]:
        """Return divmod(rest + more, denominator) for rest < denominator."""
        whole = more // denominator
        carry, rest = self._carried(rest, more - whole * denominator, denominator)
        return whole + carry, rest

    def _carried(self, rest: Array, more: Array, denominator: Any) -> tuple[Array, Array]:
        """Return divmod(rest + more, denominator) for both below it; no sum leaves the ints."""
        over = rest >= denominator - more
        carried = self.where(over, rest - (denominator - more), rest + more)
        return self.cast(over, "int"), carried


def largest_below(value: Fraction, most: int) -> Fraction:
    """Return the largest fraction up to `value` whose denominator is `most` or less."""
    near = value.limit_denominator(most)
    if near <= value:
        return near
    # its left neighbour b/d among those fractions: near.numerator*d - b*near.denominator = 1
    inverse = pow(near.numerator, -1, near.denominator)
    denominator = most - (most - inverse) % near.denominator
    return Fraction(near.numerator * denominator - 1, near.denominator * denominator)

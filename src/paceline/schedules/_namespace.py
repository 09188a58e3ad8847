"""The few array functions that formulas are written in, by one name in every library."""

import copy
import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, Self

import numpy as np

from paceline.schedules._places import Array as Array
from paceline.schedules._places import Places
from paceline.schedules._places import Values as Values

Branch = Callable[[Array, "Namespace"], Array]

LAST = int(np.iinfo(np.int64).max)


class Namespace(Places):
    """The few array functions that a formula needs, by the same names in every library."""

    def __init__(self, library: Any, last_step: int = LAST) -> None:
        """Wrap `library` (`numpy`, `jax.numpy` or `keras.ops`), whose ints end at `last_step`."""
        super().__init__()
        self.library = library
        self.last_step = last_step
        self.cycle: tuple[Array, Array] | None = None
        self.minimum = library.minimum
        self.maximum = library.maximum
        self.where = library.where
        self.cos = library.cos
        self.sin = library.sin
        self.tanh = library.tanh
        self.sqrt = library.sqrt
        self.power = library.power
        self.full_like = library.full_like

    def compute(self, formula: Branch, position: Array) -> Array:
        """Return formula(position, xp)."""
        return formula(position, self)

    def switch(
        self, index: Array, branches: Sequence[Callable[[Array], Array]], position: Array
    ) -> Array:
        """Return `branches[index](position)` for a scalar index, and compute no other branch."""
        raise NotImplementedError

    def in_cycle(self, length: Array) -> Self:
        """Return this namespace with `length` in the place of every `steps`."""
        other = copy.copy(self)
        other.cycle = length, self.floats(length)
        return other

    def real(self, position: Array) -> Array:
        """Return `position` in this library's floating type."""
        whole = self.floats(position)
        return whole + self.past() if self.is_between else whole

    def progress(self, position: Array, steps: float) -> Array:
        """Return position/steps, which may pass 1 by a rounding: XLA multiplies by 1/steps."""
        return self.real(position) / (float(steps) if self.cycle is None else self.cycle[1])

    def remaining(self, position: Array, steps: int) -> Array:
        """Return 1 - position/steps, subtracted on whole numbers: 0 at the end, never below."""
        if steps > self.last_step:
            return self.maximum(1 - self.progress(position, steps), 0)
        whole, divisor = (steps, float(steps)) if self.cycle is None else self.cycle
        if not self.is_between:
            return self.floats(whole - position) / divisor
        return self.maximum(self.floats(whole - position - 1) + self.missing(), 0) / divisor

    def reached(self, position: Array, step: int) -> Array:
        """Return where `position` is at `step` or past it."""
        if self.cycle is not None:
            return position >= self.cycle[0]
        return position < 0 if step > self.last_step else position >= step

    def quotient(self, position: Array, every: int) -> Array:
        """Return the whole number of times that `every` fits into `position`."""
        return position * 0 if every > self.last_step else position // every

    def ceiling(self, position: Array, every: int) -> Array:
        """Return the least whole number that is position/every or more."""
        reached = 1 - self.cast(self.is_past(), "int") if self.is_between else 1
        return self.quotient(position - reached, every) + 1

    def decay(self, factor: float, exponent: Array) -> Array:
        """Return factor^exponent; from its logarithm, as float32 can't tell 0.99999 well enough."""
        return self.library.exp(math.log(factor) * exponent)

    def half_cosine(self, share: Array) -> Array:
        """Return (1 - cos(pi*share))/2, which rises from 0 to 1, as sin^2: it keeps all digits."""
        return self.library.square(self.sin(math.pi / 2 * share))

    def hold(self, position: Array, length: int | None) -> tuple[Array, Self]:
        """Return `position` held inside [0, length], and this namespace without a rest there."""
        position = self.maximum(position, 0)
        if length is None or length > self.last_step:
            return position, self
        if not self.is_between:
            return self.minimum(position, length), self
        inside = position < length
        rests = tuple(each._replace(rest=self.where(inside, each.rest, 0)) for each in self.rests)
        tail = None if self.tail is None else self.where(inside, self.tail, 0.0)
        return self.minimum(position, length), self.between(rests, tail)

    def take(self, values: Values, index: Array) -> Array:
        """Return the rates `values[index]` for whole-number indices."""
        return self.library.take(self.table(values, "float32"), self.cast(index, "int32"))

    def pick(self, values: Values, index: Array) -> Array:
        """Return the steps `values[index]` for whole-number indices."""
        inside = np.minimum(np.asarray(values), self.last_step)
        return self.library.take(self.table(inside, "int"), self.cast(index, "int32"))

    def pieces(self, position: Array, boundaries: Values, values: Values) -> Array:
        """Return values[i] for boundaries[i-1] <= position < boundaries[i]."""
        return self.take(values, self.interval(position, boundaries))

    def interval(self, position: Array, boundaries: Values) -> Array:
        """Return how many of the increasing `boundaries` lie at or before `position`."""
        inside = [bound for bound in boundaries if bound <= self.last_step]
        if len(inside) == 1:
            return self.cast(position >= inside[0], "int32")
        bounds = self.table(inside, "int")
        position = position[..., None] if len(position.shape) else position
        return self.library.sum(self.cast(position >= bounds, "int32"), axis=-1)

    def cycle_at(self, position: Array, starts: Values) -> tuple[Array, Array, Array]:
        """Return which cycle `position` is in, its first step and its length.

        `starts` are the first steps of the cycles, and of what would follow the last.
        """
        lengths = [late - early for early, late in pairwise(starts)]
        index = self.interval(position, starts[1:-1])
        return index, self.pick(starts[:-1], index), self.pick(lengths, index)

    def choose(
        self, position: Array, boundaries: Sequence[int], branches: Sequence[Branch]
    ) -> Array:
        """Return branches[i](position - b, xp), with b the i-th boundary, the last passed.

        A scalar position computes only the branch that holds; an array computes all, each held
        inside its own piece, so that every one is finite.
        """
        bounds = [bound for bound in boundaries if bound <= self.last_step]
        starts = [0, *bounds]
        lengths = [end - start for start, end in zip(starts, bounds, strict=False)]
        if len(position.shape) == 0:
            shifted = [self._shifted(*each) for each in zip(branches, starts, strict=False)]
            return self.switch(self.interval(position, bounds), shifted, position)
        pieces = [
            branch(*self.hold(position - start, length))
            for branch, start, length in zip(branches, starts, [*lengths, None], strict=False)
        ]
        result = pieces[-1]
        for bound, piece in zip(reversed(bounds), reversed(pieces[:-1]), strict=True):
            result = self.where(position < bound, piece, result)
        return result

    def _shifted(self, branch: Branch, start: int) -> Callable[[Array], Array]:
        return lambda position: branch(position - start, self)

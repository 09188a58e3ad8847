"""Which library computes a schedule: the type of the step chooses.

A Python int or a NumPy array is computed by NumPy in float64 and touches no backend; a JAX array
by `jax.numpy` (whatever backend Keras runs on); any other tensor or variable by `keras.ops`, in
float32 and inside the compiled graph.
"""

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any, Self

import keras
import numpy as np

from paceline.schedules._namespace import LAST, Array, Branch, Namespace, Values
from paceline.schedules._places import Rest

_EXACT = 2**53
_FEW_PIECES = 16
"""Up to so many, XLA compares with every boundary faster than it looks a value up."""

_AT_ONCE = 16_384
"""Steps that NumPy computes at once: what it stores in between then fits into the cache."""


class NumpyNamespace(Namespace):
    """NumPy in float64; where pieces differ, each is computed only where it holds."""

    def __init__(self) -> None:
        """Compute on the host."""
        super().__init__(np)

    def compute(self, formula: Branch, position: Array) -> Array:
        """Return formula(position, xp), a part of a long array at a time."""
        if position.size == 0:
            return np.empty(position.shape)
        if position.size <= _AT_ONCE:
            return np.asarray(formula(position, self))[()]  # a number for a number
        flat, rates = position.ravel(), np.empty(position.size)
        for start in range(0, position.size, _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            rates[part] = formula(flat[part], self)
        return rates.reshape(position.shape)

    def cast(self, value: Array, dtype: str) -> Array:
        """Return `value` as an array of `dtype`, whose floats are float64."""
        return np.asarray(value, dtype=np.int64 if dtype.startswith("int") else np.float64)[()]

    def table(self, values: Values, dtype: str) -> Array:
        """Return `values` as an array of `dtype`, whose floats are float64."""
        return self.cast(values, dtype)

    def hold(self, position: Array, length: int | None) -> tuple[Array, Self]:
        """Return `position` held inside [0, length], and this namespace without a rest there."""
        if self.is_between:
            return super().hold(position, length)
        return np.clip(position, 0, length), self

    def decay(self, factor: float, exponent: Array) -> Array:
        """Return factor^exponent."""
        return np.power(factor, exponent)

    def half_cosine(self, share: Array) -> Array:
        """Return (1 - cos(pi*share))/2 as sin^2, from the tangent: NumPy's is twice as fast."""
        square = np.square(np.tan(math.pi / 2 * share))
        return square / (1 + square)

    def multiplied(
        self, left: Array, numerator: int, denominator: Any, largest: int
    ) -> tuple[Array, Array]:
        """Return divmod(left*numerator, denominator) for 0 <= left < denominator <= largest.

        Below 2^53 a quotient of floats is never rounded up to the next whole number, and is much
        faster; beyond int64 are Python's ints, which have no end.
        """
        if numerator == 1:
            return left * 0, left
        divisor = denominator
        if numerator * int(np.max(left)) < _EXACT:
            product = left * numerator
            whole = np.floor(product / divisor).astype(np.int64)
        elif numerator * largest <= LAST:
            product = left * numerator
            whole = product // divisor
        else:
            divisor = np.asarray(denominator).astype(object)
            product = np.asarray(left).astype(object) * numerator
            whole = product // divisor
        return self.cast(whole, "int"), self.cast(product - whole * divisor, "int")

    def interval(self, position: Array, boundaries: Values) -> Array:
        """Return how many of the increasing `boundaries` lie at or before `position`."""
        bounds = np.asarray(boundaries, dtype=np.int64)
        ends = np.searchsorted(bounds, [np.min(position), np.max(position)], side="right")
        if ends[0] == ends[1]:
            return np.full(np.shape(position), ends[0])[()]
        return np.searchsorted(bounds, position, side="right")

    def choose(
        self, position: Array, boundaries: Sequence[int], branches: Sequence[Branch]
    ) -> Array:
        """Return branches[i](position - b, xp), with b the i-th boundary, the last passed."""
        index, starts = self.interval(position, boundaries), (0, *boundaries)
        first = int(np.min(index))
        if first == np.max(index):
            return branches[first](position - starts[first], self)
        result = np.empty(position.shape, dtype=np.float64)
        for number, (branch, start) in enumerate(zip(branches, starts, strict=True)):
            here = index == number
            if not here.any():
                continue
            xp = self._where(here)
            result[here] = branch(position[here] - start, xp)
        return result

    def _where(self, here: Array) -> Self:
        if not self.is_between:
            return self
        return self.between(
            tuple(
                Rest(rest[here], bound[here] if np.ndim(bound) else bound, largest)
                for rest, bound, largest in self.rests
            ),
            None,
        )


class KerasNamespace(Namespace):
    """The tensors of Keras' backend."""

    def __init__(self) -> None:
        """Compute with `keras.ops`, on steps in int64."""
        super().__init__(keras.ops)
        self.fori_loop = keras.ops.fori_loop
        if keras.backend.backend() == "torch":  # whose own turn int64 into int32
            self.minimum = lambda one, other: keras.ops.where(one < other, one, other)
            self.maximum = lambda one, other: keras.ops.where(one > other, one, other)

    def cast(self, value: Array, dtype: str) -> Array:
        """Return `value` as a tensor of `dtype`."""
        return keras.ops.cast(value, "int64" if dtype == "int" else dtype)

    def table(self, values: Values, dtype: str) -> Array:
        """Return `values` as a tensor of `dtype`."""
        dtype = "int64" if dtype == "int" else dtype
        return keras.ops.convert_to_tensor(np.asarray(values, dtype=dtype))

    def switch(
        self, index: Array, branches: Sequence[Callable[[Array], Array]], position: Array
    ) -> Array:
        """Return `branches[index](position)` for a scalar index, and compute no other branch."""
        if len(branches) == 2:
            early, late = branches
            return keras.ops.cond(index > 0, lambda: late(position), lambda: early(position))
        return keras.ops.switch(index, list(branches), position)

    def cycle_at(self, position: Array, starts: Values) -> tuple[Array, Array, Array]:
        """Return which cycle `position` is in, its first step and its length."""
        if len(position.shape) or len(starts) < 3:
            return super().cycle_at(position, starts)
        lengths = np.diff(np.asarray(starts))  # sums over the cycles passed: fewer nodes than takes
        passed = keras.ops.cast(position >= self.table(starts[1:-1], "int"), "int64")
        start = keras.ops.sum(passed * self.table(lengths[:-1].tolist(), "int"))
        length = keras.ops.sum(passed * self.table(np.diff(lengths).tolist(), "int")) + int(
            lengths[0]
        )
        return keras.ops.sum(passed), start, length


class JaxNamespace(Namespace):
    """JAX arrays, traced ones included."""

    def __init__(self) -> None:
        """Compute with `jax.numpy`, on steps in JAX's default int (int32 unless x64 is on)."""
        import jax

        self._jax = jax
        self.fori_loop = jax.lax.fori_loop
        super().__init__(jax.numpy, int(np.iinfo(jax.dtypes.canonicalize_dtype(np.int64)).max))

    def pieces(self, position: Array, boundaries: Values, values: Values) -> Array:
        """Return values[i] for boundaries[i-1] <= position < boundaries[i]."""
        if len(values) > _FEW_PIECES:
            return super().pieces(position, boundaries, values)
        rate = self.full_like(self.floats(position), values[0])
        for bound, value in zip(boundaries, values[1:], strict=True):
            rate = self.where(self.reached(position, bound), value, rate)
        return rate

    def cast(self, value: Array, dtype: str) -> Array:
        """Return `value` as an array of `dtype`."""
        return self.library.astype(value, int if dtype == "int" else dtype)

    def table(self, values: Values, dtype: str) -> Array:
        """Return `values` as an array of `dtype`."""
        return self.library.asarray(values, dtype=int if dtype == "int" else dtype)

    def switch(
        self, index: Array, branches: Sequence[Callable[[Array], Array]], position: Array
    ) -> Array:
        """Return `branches[index](position)` for a scalar index, and compute no other branch."""
        if isinstance(index, self._jax.core.Tracer):
            return self._jax.lax.switch(index, list(branches), position)
        return branches[int(index)](position)


_NUMPY = NumpyNamespace()
_KERAS = functools.cache(KerasNamespace)


def namespace_of(step: Any) -> tuple[Namespace, Array]:
    """Return the namespace for `step`, and `step` as whole numbers of its widest int."""
    if isinstance(step, keras.Variable):
        step = step.value
    if isinstance(step, int | float | np.ndarray | np.generic | list | tuple):
        return _NUMPY, _numpy_steps(step)
    if type(step).__module__.partition(".")[0] in {"jax", "jaxlib"}:
        return _jax_steps(step)
    if not hasattr(step, "dtype"):
        raise _no_step(repr(step))
    step = keras.ops.convert_to_tensor(step)
    dtype = keras.backend.standardize_dtype(step.dtype)
    if not dtype.startswith(("int", "uint")):
        raise _no_step(f"a tensor of {dtype}")
    return _KERAS(), keras.ops.cast(step, "int64")


def _numpy_steps(step: Any) -> Array:
    if isinstance(step, int) and not isinstance(step, bool):
        return np.int64(max(-LAST, min(step, LAST)))
    array = np.asarray(step)
    if array.dtype.kind not in "iu":
        raise _no_step(repr(step))
    if array.dtype == np.uint64:
        array = np.minimum(array, np.uint64(LAST))
    return array.astype(np.int64, copy=False)[()]


def _jax_steps(step: Any) -> tuple[Namespace, Array]:
    xp = JaxNamespace()
    if np.dtype(step.dtype).kind not in "iu":
        raise _no_step(f"a JAX array of {step.dtype}")
    if np.iinfo(step.dtype).max > xp.last_step:
        step = xp.minimum(step, xp.last_step)
    return xp, step.astype(int)


def _no_step(got: str) -> TypeError:
    return TypeError(
        f"A schedule needs a step, a whole number or an array of them; got {got}. "
        "Call it as schedule(0) or schedule(np.arange(1000))."
    )

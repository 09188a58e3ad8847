"""Which library computes a schedule: the type of the step chooses, so one formula serves all.

A Python int or a NumPy array is computed by NumPy in float64 and touches no backend; a JAX array
by `jax.numpy` (whatever backend Keras runs on); any other tensor or variable by `keras.ops`, in
float32 and inside the compiled graph.
"""

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np

Array = Any
Branch = Callable[[Array], Array]

_LAST = int(np.iinfo(np.int64).max)


class Namespace:
    """The few array functions that a formula needs, by the same names in every library."""

    def __init__(self, library: Any, last_step: int = _LAST) -> None:
        """Wrap `library` (`numpy`, `jax.numpy` or `keras.ops`), whose ints end at `last_step`."""
        self.library = library
        self.last_step = last_step
        self.minimum = library.minimum
        self.maximum = library.maximum
        self.cos = library.cos
        self.power = library.power
        self.full_like = library.full_like

    def cast(self, value: Array, dtype: str) -> Array:
        """Return `value` as an array of `dtype`."""
        raise NotImplementedError

    def table(self, values: Sequence[float], dtype: str) -> Array:
        """Return `values` as an array of `dtype`."""
        raise NotImplementedError

    def switch(self, index: Array, branches: Sequence[Branch], position: Array) -> Array:
        """Return `branches[index](position)` for a scalar index, and compute no other branch."""
        raise NotImplementedError

    def real(self, position: Array) -> Array:
        """Return `position` in this library's floating type."""
        return self.cast(position, "float32")

    def progress(self, position: Array, steps: int) -> Array:
        """Return position/steps, which may pass 1 by a rounding: XLA multiplies by 1/steps."""
        return self.real(position) / float(steps)

    def remaining(self, position: Array, steps: int) -> Array:
        """Return 1 - position/steps, subtracted on whole numbers: 0 at the end, never below."""
        if steps > self.last_step:
            return self.maximum(1 - self.progress(position, steps), 0)
        return self.progress(steps - position, steps)

    def quotient(self, position: Array, every: int) -> Array:
        """Return the whole number of times that `every` fits into `position`."""
        return position * 0 if every > self.last_step else position // every

    def decay(self, factor: float, exponent: Array) -> Array:
        """Return factor^exponent; from its logarithm, as float32 can't tell 0.99999 well enough."""
        return self.library.exp(math.log(factor) * exponent)

    def clip(self, position: Array, length: int | None) -> Array:
        """Return `position` held inside [0, length], in its own type."""
        position = self.maximum(position, 0)
        if length is None or length > self.last_step:
            return position
        return self.minimum(position, length)

    def take(self, values: Sequence[float], index: Array) -> Array:
        """Return `values[index]` for whole-number indices."""
        return self.library.take(self.table(values, "float32"), self.cast(index, "int32"))

    def interval(self, position: Array, boundaries: Sequence[int]) -> Array:
        """Return how many of the increasing `boundaries` lie at or before `position`."""
        bounds = self.table([bound for bound in boundaries if bound <= self.last_step], "int")
        position = position[..., None] if len(position.shape) else position
        return self.library.sum(self.cast(position >= bounds, "int32"), axis=-1)

    def choose(
        self, position: Array, boundaries: Sequence[int], branches: Sequence[Branch]
    ) -> Array:
        """Return branches[i](position - b), with b the i-th boundary, the last passed.

        A scalar position computes only the branch that holds; an array computes all, each held
        inside its own piece, so that every one is finite.
        """
        bounds = [bound for bound in boundaries if bound <= self.last_step]
        starts = [0, *bounds]
        lengths = [end - start for start, end in zip(starts, bounds, strict=False)]
        if len(position.shape) == 0:
            shifted = [_shifted(*each) for each in zip(branches, starts, strict=False)]
            return self.switch(self.interval(position, bounds), shifted, position)
        pieces = [
            branch(self.clip(position - start, length))
            for branch, start, length in zip(branches, starts, [*lengths, None], strict=False)
        ]
        result = pieces[-1]
        for bound, piece in zip(reversed(bounds), reversed(pieces[:-1]), strict=True):
            result = self.library.where(position < bound, piece, result)
        return result


class NumpyNamespace(Namespace):
    """NumPy in float64; where pieces differ, each is computed only where it holds."""

    def __init__(self) -> None:
        """Compute on the host."""
        super().__init__(np)

    def real(self, position: Array) -> Array:
        """Return `position` as float64."""
        return np.asarray(position, dtype=np.float64)[()]

    def clip(self, position: Array, length: int | None) -> Array:
        """Return `position` held inside [0, length]."""
        return np.clip(position, 0, length)

    def decay(self, factor: float, exponent: Array) -> Array:
        """Return factor^exponent."""
        return np.power(factor, exponent)

    def take(self, values: Sequence[float], index: Array) -> Array:
        """Return `values[index]` for whole-number indices."""
        return np.take(np.asarray(values, dtype=np.float64), index)

    def interval(self, position: Array, boundaries: Sequence[int]) -> Array:
        """Return how many of the increasing `boundaries` lie at or before `position`."""
        return np.searchsorted(np.asarray(boundaries), position, side="right")

    def choose(
        self, position: Array, boundaries: Sequence[int], branches: Sequence[Branch]
    ) -> Array:
        """Return branches[i](position - b), with b the i-th boundary, the last passed."""
        index, starts = self.interval(position, boundaries), (0, *boundaries)
        if np.ndim(position) == 0:
            return branches[int(index)](position - starts[int(index)])
        result = np.empty(position.shape, dtype=np.float64)
        for number, (branch, start) in enumerate(zip(branches, starts, strict=True)):
            here = index == number
            result[here] = branch(position[here] - start)
        return result


class KerasNamespace(Namespace):
    """The tensors of Keras' backend."""

    def __init__(self) -> None:
        """Compute with `keras.ops`, on steps in int64."""
        super().__init__(keras.ops)

    def cast(self, value: Array, dtype: str) -> Array:
        """Return `value` as a tensor of `dtype`."""
        return keras.ops.cast(value, dtype)

    def table(self, values: Sequence[float], dtype: str) -> Array:
        """Return `values` as a tensor of `dtype`."""
        dtype = "int64" if dtype == "int" else dtype
        return keras.ops.convert_to_tensor(np.asarray(values, dtype=dtype))

    def switch(self, index: Array, branches: Sequence[Branch], position: Array) -> Array:
        """Return `branches[index](position)` for a scalar index, and compute no other branch."""
        return keras.ops.switch(index, list(branches), position)


class JaxNamespace(Namespace):
    """JAX arrays, traced ones included."""

    def __init__(self) -> None:
        """Compute with `jax.numpy`, on steps in JAX's default int (int32 unless x64 is on)."""
        import jax

        self._jax = jax
        super().__init__(jax.numpy, int(np.iinfo(jax.dtypes.canonicalize_dtype(np.int64)).max))

    def cast(self, value: Array, dtype: str) -> Array:
        """Return `value` as an array of `dtype`."""
        return self.library.astype(value, dtype)

    def table(self, values: Sequence[float], dtype: str) -> Array:
        """Return `values` as an array of `dtype`."""
        return self.library.asarray(values, dtype=int if dtype == "int" else dtype)

    def switch(self, index: Array, branches: Sequence[Branch], position: Array) -> Array:
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
        return np.int64(max(-_LAST, min(step, _LAST)))
    array = np.asarray(step)
    if array.dtype.kind not in "iu":
        raise _no_step(repr(step))
    if array.dtype == np.uint64:
        array = np.minimum(array, np.uint64(_LAST))
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


def _shifted(branch: Branch, start: int) -> Branch:
    return lambda position: branch(position - start)

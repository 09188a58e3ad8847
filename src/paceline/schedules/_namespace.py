"""Which library computes a schedule: chosen by the type of the step, so that one formula serves all.

A Python int or a NumPy array is computed by NumPy in float64 and touches no backend; a JAX array by
`jax.numpy` (whatever backend Keras runs on); any other tensor or variable by `keras.ops`, in float32
and inside the compiled graph.
"""

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np

Array = Any
Branch = Callable[[Array], Array]


class Namespace:
    """The few array functions that a formula needs, by the same names in every library."""

    def __init__(self, library: Any) -> None:
        """Wrap `library`: `numpy`, `jax.numpy` or `keras.ops`."""
        self.library = library
        self.where = library.where
        self.minimum = library.minimum
        self.maximum = library.maximum
        self.cos = library.cos
        self.exp = library.exp
        self.power = library.power
        self.full_like = library.full_like
        self.floor = library.floor

    def real(self, value: Array) -> Array:
        """`value` in this library's floating type."""
        return self.library.astype(value, "float32")

    def clip(self, position: Array, length: int | None) -> Array:
        """`position` held inside [0, length], in its own type."""
        position = self.maximum(position, 0)
        return position if length is None else self.minimum(position, length)

    def take(self, table: Sequence[float], index: Array) -> Array:
        """`table[index]` for whole-number indices."""
        values = self.library.array(table, dtype="float32")
        return self.library.take(values, self.library.astype(index, "int32"))

    def interval(self, position: Array, boundaries: Sequence[int]) -> Array:
        """How many of the increasing `boundaries` lie at or before `position`."""
        passed = [self.library.astype(position >= bound, "int32") for bound in boundaries]
        return sum(passed[1:], start=passed[0])

    def choose(self, index: Array, branches: Sequence[Branch], position: Array) -> Array:
        """`branches[index](position)`; a scalar index computes only the branch it names."""
        if len(index.shape) == 0:
            return self.switch(index, branches, position)
        result = branches[-1](position)
        for number in reversed(range(len(branches) - 1)):
            result = self.where(index == number, branches[number](position), result)
        return result

    def switch(self, index: Array, branches: Sequence[Branch], position: Array) -> Array:
        """`branches[index](position)` for a scalar index."""
        raise NotImplementedError


class NumpyNamespace(Namespace):
    """NumPy in float64; where pieces differ, each is computed only where it holds."""

    def __init__(self) -> None:
        """Compute on the host."""
        super().__init__(np)

    def real(self, value: Array) -> Array:
        """`value` as float64."""
        return np.asarray(value, dtype=np.float64)[()]

    def take(self, table: Sequence[float], index: Array) -> Array:
        """`table[index]` for whole-number indices."""
        return np.take(np.asarray(table, dtype=np.float64), np.asarray(index, dtype=np.int64))

    def interval(self, position: Array, boundaries: Sequence[int]) -> Array:
        """How many of the increasing `boundaries` lie at or before `position`."""
        return np.searchsorted(np.asarray(boundaries), position, side="right")

    def choose(self, index: Array, branches: Sequence[Branch], position: Array) -> Array:
        """`branches[index](position)`."""
        if np.ndim(index) == 0:
            return branches[int(index)](position)
        result = np.empty(np.shape(position), dtype=np.float64)
        for number, branch in enumerate(branches):
            here = index == number
            if here.any():
                result[here] = branch(position[here])
        return result


class KerasNamespace(Namespace):
    """The tensors of Keras' backend."""

    def __init__(self) -> None:
        """Compute with `keras.ops`."""
        super().__init__(keras.ops)

    def real(self, value: Array) -> Array:
        """`value` as float32."""
        return keras.ops.cast(value, "float32")

    def take(self, table: Sequence[float], index: Array) -> Array:
        """`table[index]` for whole-number indices."""
        values = keras.ops.convert_to_tensor(np.asarray(table, dtype=np.float32))
        return keras.ops.take(values, keras.ops.cast(index, "int32"))

    def interval(self, position: Array, boundaries: Sequence[int]) -> Array:
        """How many of the increasing `boundaries` lie at or before `position`."""
        passed = [keras.ops.cast(position >= bound, "int32") for bound in boundaries]
        return sum(passed[1:], start=passed[0])

    def switch(self, index: Array, branches: Sequence[Branch], position: Array) -> Array:
        """`branches[index](position)` for a scalar index."""
        return keras.ops.switch(index, list(branches), position)


class JaxNamespace(Namespace):
    """JAX arrays, traced ones included."""

    def __init__(self) -> None:
        """Compute with `jax.numpy`."""
        import jax.numpy

        super().__init__(jax.numpy)

    def switch(self, index: Array, branches: Sequence[Branch], position: Array) -> Array:
        """`branches[index](position)` for a scalar index."""
        import jax

        return jax.lax.switch(index, list(branches), position)


_NUMPY = NumpyNamespace()


def namespace_of(step: Any) -> tuple[Namespace, Array]:
    """The namespace for `step`, and `step` as an array of it."""
    if isinstance(step, int | float | np.ndarray | np.generic | list | tuple):
        return _NUMPY, _numeric(step)
    if isinstance(step, keras.Variable):
        step = keras.ops.convert_to_tensor(step)
    if type(step).__module__.partition(".")[0] in {"jax", "jaxlib"}:
        return JaxNamespace(), step
    return KerasNamespace(), keras.ops.convert_to_tensor(step)


def _numeric(step: Any) -> Array:
    array = np.asarray(step)
    if array.dtype.kind not in "iuf":
        raise TypeError(
            f"A schedule needs a step, a whole number or an array of them; got {step!r}. "
            "Call it as schedule(0) or schedule(np.arange(1000))."
        )
    return array.astype(np.int64)[()] if array.dtype.kind == "u" else array[()]

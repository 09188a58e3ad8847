"""A hyperparameter that an optimizer takes for a number, although it changes with the step."""

from typing import Any

import keras

from paceline.schedules import Schedule

_NEARLY_NONE = 1e-30
"""A momentum of 0 would leave its slots as they are: this one clears them."""


class Current:
    """Stands where an optimizer has its momentum: in arithmetic it is the current tensor.

    Optimizers ask `if self.momentum != 0` to know whether they need slots; a tensor has no answer
    while a graph is traced. This one says yes, and is the tensor everywhere else.
    """

    def __init__(self, schedule: Schedule, original: float) -> None:
        """Stand for `schedule` where the optimizer was made with `original`."""
        self.schedule = schedule
        self.original = original
        self._value: Any = float(schedule(0))

    def put(self, optimizer: keras.optimizers.Optimizer, name: str) -> None:
        """Stand for `name` in `optimizer`."""
        # PyTorch's own kernels take numbers only; its steps are no graphs, so a number will do
        number = keras.backend.backend() == "torch"
        optimizer.__dict__[name] = max(float(self._value), _NEARLY_NONE) if number else self

    def take(self, step: Any) -> None:
        """Become the value of update `step`, a tensor or variable."""
        self._value = self.schedule(step)

    def __ne__(self, other: object) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        return self is other

    def __gt__(self, other: Any) -> bool:
        return True

    __hash__ = object.__hash__

    def __rsub__(self, other: Any) -> Any:
        return other - self._value

    def __mul__(self, other: Any) -> Any:
        return self._value * other

    __rmul__ = __mul__

    def __float__(self) -> float:
        return float(self._value)

    def __tf_tensor__(self, dtype: Any = None, name: str | None = None) -> Any:
        import tensorflow as tf

        return tf.convert_to_tensor(self._value) if dtype is None else tf.cast(self._value, dtype)

    def __jax_array__(self) -> Any:
        return self._value

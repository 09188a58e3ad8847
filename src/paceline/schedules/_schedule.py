"""The type of every schedule: a pure function of the step with an algebra and a config."""

from __future__ import annotations

import dataclasses
from typing import Any, Self, TypeVar, dataclass_transform

import keras

from paceline.schedules._namespace import Array, Namespace, namespace_of

_Class = TypeVar("_Class", bound="type[Schedule]")


class Schedule(keras.optimizers.schedules.LearningRateSchedule):
    """A learning rate as a pure function of the step.

    `schedule(step)` is the rate of the update with 0-based index `step`. A segment covers the
    half-open interval [0, length): it begins at its start value and reaches its end value at step
    `length`; from there on it holds that value. Before step 0 it holds its first value.

    A Python int or a NumPy array gives NumPy float64 and touches no backend; a backend tensor or
    variable gives that backend's float32 and stays inside the compiled graph.

    `a >> b` runs a for its length, then b from b's own step 0; `factor * a` scales.

    To write your own, subclass it as a frozen keyword-only dataclass, register it with Keras, and
    give `_rate`; where it has no field `steps`, give `length` too.

    Example:
        >>> import dataclasses, keras
        >>> @keras.saving.register_keras_serializable(package="mine")
        ... @dataclasses.dataclass(frozen=True, kw_only=True)
        ... class Inverse(Schedule):
        ...     peak: float
        ...     steps: int
        ...     def _rate(self, position, xp):
        ...         return self.peak / (1 + xp.real(position))
        >>> 0.5 * Inverse(peak=0.1, steps=100)
        0.5 * Inverse(peak=0.1, steps=100)
    """

    __array_ufunc__ = None  # np.float64(0.5) * schedule must not make an array of objects

    @property
    def length(self) -> int | None:
        """How many steps the schedule lasts, or None if it never ends."""
        return getattr(self, "steps", None)

    def _rate(self, position: Array, xp: Namespace) -> Array:
        """Return the formula's rate at `position`, whole numbers in [0, length], using `xp`."""
        raise NotImplementedError(
            f"{type(self).__name__} has no formula. Define _rate(self, position, xp)."
        )

    def __call__(self, step: Any) -> Any:
        """Return the rate of update `step` (0-based): one rate for each step, in the same shape.

        Args:
            step: a whole number or an array of them; any is allowed, negative and huge ones too.

        Raises:
            TypeError: a step that is no whole number.
        """
        xp, position = namespace_of(step)
        return self._rate(xp.clip(position, self.length), xp)

    def __rshift__(self, other: Any) -> Schedule:
        from paceline.schedules._chain import Chain

        return Chain(parts=(self, other))

    def __mul__(self, factor: Any) -> Schedule:
        from paceline.schedules._scaled import Scaled

        return Scaled(factor=factor, schedule=self)

    __rmul__ = __mul__

    def get_config(self) -> dict[str, Any]:
        """Return the fields, which are the whole state, as JSON-able values."""
        return {
            field.name: _encode(getattr(self, field.name)) for field in dataclasses.fields(self)
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Return the schedule that `get_config` described."""
        return cls(**{name: _decode(value) for name, value in config.items()})


@dataclass_transform(frozen_default=True, kw_only_default=True)
def registered(cls: _Class) -> _Class:
    """Make `cls` a frozen keyword-only dataclass, registered with Keras as `paceline>Name`."""
    frozen = dataclasses.dataclass(frozen=True, kw_only=True)(cls)
    return keras.saving.register_keras_serializable(package="paceline")(frozen)


def _encode(value: Any) -> Any:
    if isinstance(value, Schedule):
        return keras.saving.serialize_keras_object(value)
    if isinstance(value, tuple):
        return [_encode(item) for item in value]
    return value


def _decode(value: Any) -> Any:
    if isinstance(value, dict):
        return keras.saving.deserialize_keras_object(value)
    if isinstance(value, list):
        return tuple(_decode(item) for item in value)
    return value

"""A function of one's own."""

from collections.abc import Callable
from typing import Any, Self

import keras
import numpy as np

from paceline.schedules import _checks
from paceline.schedules._namespace import Array, Namespace
from paceline.schedules._schedule import Schedule, registered


@registered
class Lambda(Schedule):
    """A function of one's own: rate = function(step, ops).

    Args:
        function: takes the step (as floats, exact up to 2^24 in a graph) and the library to compute
            with (`numpy`, `jax.numpy` or `keras.ops`, by the type of the step), so that it works
            inside a compiled graph too: write `ops.exp(...)`, not `math.exp(...)`.
        steps: how many updates it lasts before what follows; None: it never ends.

    Raises:
        TypeError: a function that can't be called, or one that fails on an array of steps.
        ValueError: a rate that is negative or not finite, or a result of another shape; checked at
            the first two steps when it is made, and wherever NumPy computes it.

    Example:
        >>> def inverse(step, ops):
        ...     return 0.1 / (1 + 0.01 * step)
        >>> schedule = Lambda(function=inverse, steps=500)
        >>> float(schedule(100)), float(schedule(400)), schedule.length
        (0.05, 0.02, 500)
    """

    function: Callable[[Any, Any], Any]
    steps: int | None = None

    def __post_init__(self) -> None:
        if not callable(self.function):
            raise TypeError(
                f"Lambda needs a function of (step, ops); got {self.function!r}. "
                "For a fixed rate use Constant(rate=...)."
            )
        _checks.steps(self, "steps", optional=True)
        self(np.arange(2))

    def _rate(self, position: Array, xp: Namespace) -> Array:
        steps = xp.real(position)
        try:
            rate = self.function(steps, xp.library)
            shape = tuple(rate.shape if hasattr(rate, "shape") else np.shape(rate))
        except Exception as error:  # whatever the function raises
            raise TypeError(
                f"Lambda's function failed on an array of steps: {error}. It gets (step, ops): "
                "compute with ops, such as ops.exp(-step) or ops.where(step < 10, 0.1, 0.01); "
                "the math module and `if` know no arrays."
            ) from error
        if shape not in {(), tuple(steps.shape)}:
            raise ValueError(
                f"Lambda needs one rate for each step; got shape {shape} for steps of shape "
                f"{tuple(steps.shape)}. Compute elementwise with ops."
            )
        rate = rate + 0 * steps
        if xp.library is np and not np.all((rate >= 0) & (rate < np.inf)):
            worst = np.ravel(rate)[np.argmin(np.ravel((rate >= 0) & (rate < np.inf)))]
            raise ValueError(
                f"Lambda needs finite rates of 0 or more; got {worst!r} from {self.function!r}. "
                "Keep it in range with ops.maximum(..., 0.0)."
            )
        return rate

    def get_config(self) -> dict[str, Any]:
        """Return the registered name of the function, and the length."""
        name = keras.saving.get_registered_name(self.function)
        if keras.saving.get_registered_object(name) is not self.function:
            raise ValueError(
                f"{self!r} can't be saved: a function travels by its registered name. Put "
                '@keras.saving.register_keras_serializable(package="mine") above a named function.'
            )
        return {"function": name, "steps": self.steps}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Return the schedule whose function is registered under the name in `config`."""
        function = keras.saving.get_registered_object(config["function"])
        if function is None:
            raise ValueError(
                f"Lambda's function {config['function']!r} is not registered with Keras. Import "
                "the module that defines it before loading."
            )
        return cls(function=function, steps=config["steps"])

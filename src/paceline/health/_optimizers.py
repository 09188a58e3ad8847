"""Looking at a Keras optimizer without touching it: what it wraps, a copy of it, its slots."""

from typing import Any

import keras

from paceline.optimizers._value import value_of

_Multi: Any = getattr(keras.optimizers, "MultiOptimizer", ())
"""The class, or none at all in an older Keras."""


def inner_optimizers(optimizer: Any) -> list[Any]:
    """Return the optimizers that update weights: itself, or those that it wraps."""
    if isinstance(optimizer, keras.optimizers.LossScaleOptimizer):
        return inner_optimizers(optimizer.inner_optimizer)
    return list(optimizer.optimizers) if isinstance(optimizer, _Multi) else [optimizer]


def own_rate(optimizer: Any) -> Any:
    """Return what the optimizer takes its rate from: a variable, a schedule or a function."""
    return optimizer._learning_rate


def rate_text(optimizer: Any) -> str:
    """Return in words what the optimizer takes its rate from."""
    rate = own_rate(optimizer)
    if isinstance(rate, keras.optimizers.schedules.LearningRateSchedule):
        return f"its rate is {rate!r}"
    if callable(rate) and not isinstance(rate, keras.Variable):
        return f"its rate comes from a function, {rate!r}"
    return f"its rate is fixed, {float(value_of(rate)):.4g}"


def iterations(optimizer: Any) -> int:
    """Return how often the optimizer was applied, micro-batches counted one by one."""
    return int(value_of(optimizer._iterations))


def slots(optimizer: Any) -> list[Any]:
    """Return the optimizer's variables, without its counter and its rate."""
    others = (id(optimizer._iterations), id(own_rate(optimizer)))
    return [variable for variable in optimizer.variables if id(variable) not in others]


def clone(optimizer: Any, **changes: Any) -> Any:
    """Return a new optimizer of the same config at the fixed rate 1.0; `changes` replace entries.

    Raises:
        Exception: whatever a class says whose config does not make it again.
    """
    twin = object.__new__(type(optimizer))  # its config must not need a schedule that can be saved
    twin.__dict__.update(vars(optimizer), _learning_rate=1.0)
    config = twin.get_config() | {"learning_rate": 1.0}
    config |= {name: value for name, value in changes.items() if name in config}
    return type(optimizer).from_config(config)

"""Which rate an optimizer uses at a step, read on the host."""

from typing import Any

import keras
import numpy as np

from paceline.optimizers._inside import inside_scaling
from paceline.optimizers._value import value_of
from paceline.schedules import Schedule, from_keras

Steps = np.ndarray[Any, np.dtype[np.int64]]
Rates = np.ndarray[Any, np.dtype[np.float64]]


def calls(optimizer: Any) -> int:
    """Return how often the optimizer was applied: with accumulation, once a micro-batch."""
    return int(value_of(inside_scaling(optimizer)._iterations))


def accumulated(optimizer: Any) -> int:
    """Return how many calls make one update."""
    return inside_scaling(optimizer).gradient_accumulation_steps or 1


def is_scheduled(optimizer: Any) -> bool:
    """Return whether the rate is a function of the step, so that it can be read afterwards."""
    return isinstance(
        inside_scaling(optimizer)._learning_rate, keras.optimizers.schedules.LearningRateSchedule
    )


def now(optimizer: Any) -> float:
    """Return the rate of the next step."""
    return float(value_of(inside_scaling(optimizer).learning_rate))


def at(optimizer: Any, steps: Steps) -> Rates:
    """Return the rates of `steps` under the optimizer's schedule."""
    schedule = inside_scaling(optimizer)._learning_rate
    if not isinstance(schedule, Schedule):
        try:
            schedule = from_keras(schedule)
        except (TypeError, ValueError):  # one of the user's own: asked step by step
            return np.array([float(schedule(int(step))) for step in steps])
    return np.asarray(schedule(steps))

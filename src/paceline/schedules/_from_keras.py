"""Schedules of Keras as schedules of Paceline."""

import math
from collections.abc import Callable
from typing import Any

import keras

from paceline.schedules._cosine import Cosine
from paceline.schedules._exponential import Exponential
from paceline.schedules._inverse_time import InverseTime
from paceline.schedules._linear import Linear
from paceline.schedules._piecewise import Piecewise
from paceline.schedules._polynomial import Polynomial
from paceline.schedules._schedule import Schedule

_Config = dict[str, Any]


def from_keras(schedule: keras.optimizers.schedules.LearningRateSchedule) -> Schedule:
    """Return the schedule of Paceline that gives the rates of a built-in schedule of Keras.

    The rates are the same at every step, with two exceptions where those of Keras are not what it
    documents: CosineDecayRestarts, which computes its restarts in float32, restarts here at the
    right step; and where its cycles have no whole length, each here begins at the first step of the
    cycle that it has there. What grows without end (a decay_rate or m_mul above 1) is refused.

    Args:
        schedule: CosineDecay, CosineDecayRestarts, ExponentialDecay, InverseTimeDecay,
            PiecewiseConstantDecay or PolynomialDecay; one of Paceline is returned as it is.

    Raises:
        TypeError: what is no schedule of Keras, or one of another class.
        ValueError: an argument that no schedule here takes, such as a decay over 10.5 steps.

    Example:
        >>> import keras
        >>> from_keras(keras.optimizers.schedules.CosineDecay(0.1, 1000, alpha=0.01))
        Cosine(start=0.1, end=0.001, steps=1000)
    """
    if isinstance(schedule, Schedule):
        return schedule
    name = type(schedule).__name__
    if not isinstance(schedule, keras.optimizers.schedules.LearningRateSchedule):
        raise TypeError(
            f"from_keras needs a schedule of Keras; got {schedule!r} ({name}). For a fixed rate "
            "use Constant(rate=...)."
        )
    if type(schedule) is not getattr(keras.optimizers.schedules, name, None):
        raise TypeError(
            f"from_keras knows the built-in schedules of Keras, {', '.join(_MAKERS)}; got "
            f"{schedule!r}. Write a class of your own with Lambda(function=...)."
        )
    config = schedule.get_config()
    try:
        return _MAKERS[name](config)
    except (TypeError, ValueError) as error:
        given = ", ".join(f"{key}={value!r}" for key, value in config.items() if key != "name")
        raise type(error)(f"from_keras can't make {name}({given}): {error}") from None


def _cosine(config: _Config) -> Schedule:
    start, target = config["initial_learning_rate"], config["warmup_target"]
    peak = start if target is None else target
    steps, ramp = _whole(config["decay_steps"]), _whole(config["warmup_steps"])
    decay = Cosine(start=peak, end=peak * config["alpha"], steps=steps)
    if target is None or ramp == 0:
        return decay
    return Linear(start=start, end=peak, steps=ramp) >> decay


def _restarts(config: _Config) -> Schedule:
    peak, floor = config["initial_learning_rate"], config["alpha"]
    wave = Cosine(
        start=peak * (1 - floor), end=0.0, steps=_whole(config["first_decay_steps"])
    ).repeat(growth=config["t_mul"], scale=config["m_mul"])
    return wave + peak * floor if floor else wave


def _exponential(config: _Config) -> Schedule:
    return Exponential(
        start=config["initial_learning_rate"],
        factor=config["decay_rate"],
        every=_whole(config["decay_steps"]),
        staircase=config["staircase"],
    )


def _inverse_time(config: _Config) -> Schedule:
    return InverseTime(
        start=config["initial_learning_rate"],
        factor=config["decay_rate"],
        every=_whole(config["decay_steps"]),
        staircase=config["staircase"],
    )


def _piecewise(config: _Config) -> Schedule:
    """Return pieces that change one step later, as those of Keras do (it compares with <=)."""
    bounds = tuple(math.floor(bound) + 1 for bound in config["boundaries"])
    return Piecewise(boundaries=bounds, rates=tuple(map(float, config["values"])))


def _polynomial(config: _Config) -> Schedule:
    decay = Polynomial(
        start=config["initial_learning_rate"],
        end=config["end_learning_rate"],
        steps=_whole(config["decay_steps"]),
        power=config["power"],
    )
    return decay.cycled() if config["cycle"] else decay


def _whole(steps: Any) -> Any:
    """Return 1000.0, which Keras takes for a count, as 1000; the checks refuse 10.5."""
    return int(steps) if isinstance(steps, float) and steps.is_integer() else steps


_MAKERS: dict[str, Callable[[_Config], Schedule]] = {
    "CosineDecay": _cosine,
    "CosineDecayRestarts": _restarts,
    "ExponentialDecay": _exponential,
    "InverseTimeDecay": _inverse_time,
    "PiecewiseConstantDecay": _piecewise,
    "PolynomialDecay": _polynomial,
}

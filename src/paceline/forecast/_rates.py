"""The rates of a schedule, one for each update of a run."""

from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from paceline.schedules import Recipe, Schedule, _checks

MOST = 10**8
"""Updates: their rates take 800 MB."""


def rates_of(schedule: Any, steps: int | None, *, owner: str, name: str) -> npt.NDArray[np.float64]:
    """Return the rates [steps] of `schedule`, a recipe made for `steps`; None: its whole length.

    Raises:
        TypeError: what is no schedule of Paceline.
        ValueError: a horizon that is not known, or too long; rates that are not finite, negative,
            or all 0.
    """
    _check_schedule(schedule, owner=owner, name=name)
    if steps is not None:
        fix = "Give how many updates the run makes."
        steps = _checks.count(steps, owner=owner, name="steps", fix=fix)
        if isinstance(schedule, Recipe):
            schedule = schedule.over(steps)
    found = schedule.length if steps is None else steps
    if found is None:
        raise ValueError(
            f"{owner} needs {name} that ends; got {name}={schedule!r}. Give it a length "
            "(steps=...), or cut it with .cut(steps)."
        )
    if found > MOST:
        raise ValueError(
            f"{owner} needs at most 10**8 updates; got {found}. Make the schedule shorter: "
            ".over(1_000_000)."
        )
    rates = np.asarray(schedule(np.arange(found)), dtype=np.float64)
    if len(wrong := np.flatnonzero(~(np.isfinite(rates) & (rates >= 0)))):
        raise ValueError(
            f"{owner} needs rates of 0 or more; got {float(rates[wrong[0]])!r} at step "
            f"{int(wrong[0])} of {name}={schedule!r}. Correct the formula."
        )
    if not rates.any():
        raise ValueError(
            f"{owner} needs a rate above 0; got {name}={schedule!r}, whose rate is 0 at each of "
            f"{found} updates, so that it trains nothing. Give it a peak above 0."
        )
    return rates


def _check_schedule(schedule: Any, *, owner: str, name: str) -> None:
    if isinstance(schedule, Schedule):
        return
    if isinstance(schedule, keras.optimizers.schedules.LearningRateSchedule):
        way = "Turn one of Keras into one of Paceline: paceline.from_keras(...)."
    elif isinstance(schedule, str):
        way = "Read an expression with paceline.schedules.parse_schedule(...)."
    else:
        way = "For a fixed rate use paceline.schedules.Constant(rate=...)."
    raise TypeError(
        f"{owner} needs {name}, a schedule of Paceline; got {name}={schedule!r} "
        f"({type(schedule).__name__}). {way}"
    )

"""Curves from a trial."""

import dataclasses
from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

import numpy as np

from paceline.health._curves import Curves


@runtime_checkable
class LoggedTrial(Protocol):
    """What a trial has to have: `paceline.trials.Outcome` is one."""

    rates: Any
    losses: Any
    steps_per_epoch: int
    validation: Mapping[str, Any]


def read_outcome(trial: LoggedTrial) -> Curves:
    """Return the curves of a trial, by update."""
    updates = np.arange(len(trial.losses), dtype=np.float64)
    curves = Curves(
        losses=trial.losses,
        loss_steps=updates,
        unit="update",
        rates=trial.rates,
        rate_steps=updates,
        source="the trial",
    )
    measured = np.asarray(trial.validation.get("loss", ()), dtype=np.float64)
    if not len(measured):
        return curves
    ends = np.arange(1, len(measured) + 1, dtype=np.float64) * trial.steps_per_epoch - 1
    return dataclasses.replace(curves, validation=measured, validation_steps=ends)

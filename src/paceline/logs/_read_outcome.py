"""The log of a trial."""

from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

import numpy as np

from paceline.logs._log import Log
from paceline.logs._role import role
from paceline.logs._track import Floats, Track


@runtime_checkable
class LoggedTrial(Protocol):
    """What a trial has to have: `paceline.trials.Outcome` is one."""

    @property
    def rates(self) -> Any: ...
    @property
    def losses(self) -> Any: ...
    @property
    def steps_per_epoch(self) -> int: ...
    @property
    def validation(self) -> Mapping[str, Any]: ...


def read_outcome(trial: LoggedTrial) -> Log:
    """Return the log of a trial, by update: "loss", "learning_rate", and "val_loss" and the like.

    A training loss is that of the update's own batch, before the update.
    """
    updates = np.arange(len(trial.losses), dtype=np.float64)
    tracks = {"loss": _track(trial.losses, updates), "learning_rate": _track(trial.rates, updates)}
    for name, values in trial.validation.items():
        ends = np.arange(1, len(values) + 1, dtype=np.float64) * trial.steps_per_epoch
        tracks[f"val_{name}"] = _track(values, np.minimum(ends, len(updates)) - 1)
    return Log(
        source="the trial",
        kind="series",
        roles={name: role(name) for name in tracks},
        read=tracks.__getitem__,
        steps_per_epoch=trial.steps_per_epoch,
    )


def _track(values: Any, places: Floats) -> Track:
    return Track(values=np.asarray(values, dtype=np.float64), places=places, unit="update")

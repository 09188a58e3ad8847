"""Curves from whatever a training was logged to."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from paceline.callbacks import RateRecorder
from paceline.health._curves import Curves
from paceline.health._read_csv import read_csv
from paceline.health._read_history import read_history
from paceline.health._read_outcome import LoggedTrial, read_outcome
from paceline.health._read_tensorboard import read_tensorboard
from paceline.schedules import Recipe, Schedule, _checks


def read_curves(
    logged: Any,
    *,
    recorder: RateRecorder | None = None,
    schedule: Schedule | None = None,
    steps: int | None = None,
) -> Curves:
    """Return the curves of a training, from what it was logged to.

    Args:
        logged: what `model.fit` returned, or its `history`; the path of a CSV file, such as
            `keras.callbacks.CSVLogger` writes, or of a TensorBoard folder; a trial's outcome; or
            `Curves`.
        recorder: the `RateRecorder` that `fit` had, for the rate of every update of a history.
        schedule: the schedule, where the rate was not logged; a recipe is bound to `steps`.
        steps: how many updates the training was to make; None: those that are logged.

    Raises:
        TypeError: none of these.
        ValueError: no training loss, places that do not grow, a schedule beside rates that were
            logged.
        FileNotFoundError: no such file or folder.
        ImportError: a TensorBoard folder where TensorBoard is not installed.

    Example:
        >>> curves = read_curves({"loss": [1 / epoch for epoch in range(1, 21)]})
        >>> curves.unit, curves.unknown
        ('epoch', ('the rate', 'the validation loss'))
    """
    if steps is not None:
        fix = "Give how many updates the training was to make."
        steps = _checks.count(steps, owner="diagnose", name="steps", fix=fix)
    if recorder is not None and not _is_history(logged):
        raise ValueError(
            f"diagnose needs recorder beside a history only; got {type(logged).__name__}. Leave it "
            "out, or give what model.fit returned."
        )
    curves = _read(logged, recorder)
    each = getattr(logged, "params", None) or {}
    if schedule is not None:
        return _with_rates(curves, schedule, steps or _updates(curves, each.get("steps")))
    if steps is not None and curves.unit == "update":
        return dataclasses.replace(curves, horizon=float(steps))
    return curves


def _is_history(logged: Any) -> bool:
    return isinstance(logged, Mapping) or isinstance(getattr(logged, "history", None), Mapping)


def _read(logged: Any, recorder: RateRecorder | None) -> Curves:
    if isinstance(logged, Curves):
        return logged
    if isinstance(logged, str | Path):
        return _read_path(Path(logged))
    if isinstance(logged, Mapping):
        return read_history(logged, recorder=recorder)
    if _is_history(logged):
        return read_history(logged.history, epochs=logged.epoch, recorder=recorder)
    if isinstance(logged, LoggedTrial):
        return read_outcome(logged)
    raise TypeError(
        f"diagnose needs what model.fit returned, a CSV file, a TensorBoard folder or a trial's "
        f"outcome; got {logged!r} ({type(logged).__name__}). Give one of these, or build "
        "paceline.health.Curves."
    )


def _read_path(path: Path) -> Curves:
    if path.is_dir():
        return read_tensorboard(path)
    if not path.exists():
        raise FileNotFoundError(
            f"No file or folder {str(path)!r}. Give a CSV file or a TensorBoard folder."
        )
    return read_csv(path)


def _updates(curves: Curves, steps_per_epoch: Any) -> int:
    last = float(curves.loss_steps[-1])
    if curves.unit == "update":
        return int(last) + 1
    if not steps_per_epoch:
        raise ValueError(
            "diagnose needs steps beside a schedule where the loss is logged by epoch; got none. "
            "Give how many updates the training made: steps=steps_per_epoch * epochs."
        )
    return int(last * steps_per_epoch)


def _with_rates(curves: Curves, schedule: Schedule, steps: int) -> Curves:
    if not isinstance(schedule, Schedule):
        raise TypeError(
            f"diagnose needs schedule, one of Paceline; got schedule={schedule!r} "
            f"({type(schedule).__name__}). Turn one of Keras into one: paceline.from_keras(...)."
        )
    if curves.rates is not None:
        raise ValueError(
            "diagnose needs a schedule only where the rate was not logged; here it was. Leave "
            "schedule out."
        )
    bound = schedule.over(steps) if isinstance(schedule, Recipe) else schedule
    updates = np.arange(steps)
    places = updates.astype(float)
    if curves.unit == "epoch":
        places = (updates + 1) * curves.loss_steps[-1] / steps
    return dataclasses.replace(
        curves,
        rates=np.asarray(bound(updates), dtype=np.float64),
        rate_steps=places,
        horizon=float(steps) if curves.unit == "update" else None,
    )

"""Curves from whatever a training was logged to."""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np

from paceline.callbacks import RateRecorder
from paceline.health._curves import Curves
from paceline.logs import (
    Log,
    LoggedTrial,
    Unit,
    is_history,
    read_csv,
    read_history,
    read_outcome,
    read_tensorboard,
    scheduled,
)
from paceline.schedules import Schedule, _checks


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
    if recorder is not None and not is_history(logged):
        raise ValueError(
            f"diagnose needs recorder beside a history only; got {type(logged).__name__}. Leave it "
            "out, or give what model.fit returned."
        )
    log = logged if isinstance(logged, Curves) else _log(logged, recorder)
    curves = _curves(log) if isinstance(log, Log) else log
    if schedule is not None:
        each = log.steps_per_epoch if isinstance(log, Log) else None
        return _with_rates(curves, schedule, steps or _updates(curves, each))
    if steps is not None and curves.unit == "update":
        return dataclasses.replace(curves, horizon=float(steps))
    return curves


def _log(logged: Any, recorder: RateRecorder | None) -> Log:
    if isinstance(logged, str | Path):
        path = Path(logged)
        if not path.exists():
            raise FileNotFoundError(
                f"No file or folder {str(path)!r}. Give a CSV file or a TensorBoard folder."
            )
        return read_tensorboard(path) if path.is_dir() else read_csv(path)
    if is_history(logged):
        return read_history(logged, recorder=recorder)
    if isinstance(logged, LoggedTrial):
        return read_outcome(logged)
    raise TypeError(
        f"diagnose needs what model.fit returned, a CSV file, a TensorBoard folder or a trial's "
        f"outcome; got {logged!r} ({type(logged).__name__}). Give one of these, or build "
        "paceline.health.Curves."
    )


def _curves(log: Log) -> Curves:
    """Return the curves in the unit of the loss."""
    loss, rate, measured = log.training_loss(), log.track("rate"), log.track("validation")
    ends: dict[Unit, float] = {}
    for track in (loss, rate, measured):
        if track is not None:
            after = float(track.places.max()) + (track.unit == "update")
            ends[track.unit] = max(after, ends.get(track.unit, 0.0))
    each = ends.get("update", 1.0) / ends.get("epoch", 1.0)
    rate, measured = (
        None if track is None else track.by(loss.unit, each) for track in (rate, measured)
    )
    return Curves(
        losses=loss.values,
        loss_steps=loss.places,
        unit=loss.unit,
        rates=None if rate is None else rate.values,
        rate_steps=None if rate is None else rate.places,
        validation=None if measured is None else measured.values,
        validation_steps=None if measured is None else measured.places,
        source=log.source,
    )


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
    rates = scheduled(schedule, steps, owner="diagnose")
    if curves.rates is not None:
        raise ValueError(
            "diagnose needs a schedule only where the rate was not logged; here it was. Leave "
            "schedule out."
        )
    updates = np.arange(steps)
    places = updates.astype(float)
    if curves.unit == "epoch":
        places = (updates + 1) * curves.loss_steps[-1] / steps
    return dataclasses.replace(
        curves,
        rates=rates,
        rate_steps=places,
        horizon=float(steps) if curves.unit == "update" else None,
    )

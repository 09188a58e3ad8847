"""The log of what `fit` returned."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from paceline.callbacks import RateRecorder, _current_rate
from paceline.logs._log import Log
from paceline.logs._role import role
from paceline.logs._track import Floats, Track

_RECORDED = "the recorder's rate"


def is_history(logged: Any) -> bool:
    """Return whether `logged` is what `model.fit` returned, or its `history`."""
    return isinstance(logged, Mapping) or isinstance(getattr(logged, "history", None), Mapping)


def read_history(logged: Any, *, recorder: RateRecorder | None = None) -> Log:
    """Return the log of a history, by epoch; the rate of each update from `recorder`.

    Raises:
        TypeError: series that are no numbers, or no recorder.
        ValueError: a recorder that recorded nothing.
    """
    epochs: Any = () if isinstance(logged, Mapping) else logged.epoch
    tracks = {}
    for name, values in (logged if isinstance(logged, Mapping) else logged.history).items():
        numbers = _numbers(name, values)
        first = 0 if not epochs or len(epochs) != len(numbers) else epochs[0]
        places = np.arange(first + 1, first + 1 + len(numbers), dtype=np.float64)
        tracks[name] = Track(values=numbers, places=places, unit="epoch")
    roles = {name: role(name) for name in tracks}
    if recorder is not None:
        _check(recorder)
        places = recorder.steps.astype(np.float64)
        tracks[_RECORDED] = Track(values=recorder.rates, places=places, unit="update")
        roles = {name: held for name, held in roles.items() if held != "rate"}
        roles[_RECORDED] = "rate"
    return Log(
        source="the history",
        kind="series",
        roles=roles,
        read=tracks.__getitem__,
        steps_per_epoch=_steps_per_epoch(logged),
    )


def _steps_per_epoch(logged: Any) -> int | None:
    """Return the updates of an epoch, fewer than its batches where gradients are accumulated."""
    batches = (getattr(logged, "params", None) or {}).get("steps")
    optimizer = getattr(getattr(logged, "model", None), "optimizer", None)
    if not batches or optimizer is None:
        return batches
    updates, rest = divmod(batches, _current_rate.accumulated(optimizer))
    return None if rest else updates


def _numbers(name: str, values: Any) -> Floats:
    try:
        numbers = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        numbers = np.empty(())
    if numbers.ndim != 1:
        raise TypeError(
            f"A history needs a number for each epoch; got {str(values)[:60]} as {name!r}. Give "
            "what model.fit returned, or its history."
        )
    return numbers


def _check(recorder: Any) -> None:
    if not isinstance(recorder, RateRecorder):
        raise TypeError(
            f"A history needs recorder, a paceline.callbacks.RateRecorder; got "
            f"{type(recorder).__name__}. Give the one that fit had among its callbacks."
        )
    if not len(recorder.rates):
        raise ValueError(
            "A history needs a recorder that recorded; got one without rates. Give the one that "
            "fit had among its callbacks."
        )

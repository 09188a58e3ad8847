"""Curves from what `fit` returned."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from paceline.callbacks import RateRecorder
from paceline.health._curves import Curves
from paceline.health._tracks import Track, combined, no_loss, role


def read_history(
    history: Mapping[str, Sequence[float]],
    *,
    epochs: Sequence[int] | None = None,
    recorder: RateRecorder | None = None,
) -> Curves:
    """Return the curves of `History.history`, by epoch; the rate of each update from `recorder`."""
    source = "the history"
    tracks: dict[str, Track] = {}
    for name, values in history.items():
        numbers = np.asarray(values, dtype=np.float64)
        first = 0 if not epochs or len(epochs) != len(numbers) else epochs[0]
        places = np.arange(first + 1, first + 1 + len(numbers), dtype=np.float64)
        if (what := role(name)) is not None:
            tracks.setdefault(what, Track(values=numbers, places=places, unit="epoch"))
    if "loss" not in tracks:
        raise no_loss(source, "series", list(history))
    rates = tracks.get("rate")
    if recorder is not None:
        _check(recorder)
        rates = Track(
            values=recorder.rates, places=recorder.steps.astype(np.float64), unit="update"
        )
    return combined(tracks["loss"], rates=rates, validation=tracks.get("validation"), source=source)


def _check(recorder: Any) -> None:
    if not isinstance(recorder, RateRecorder):
        raise TypeError(
            f"diagnose needs recorder, a paceline.callbacks.RateRecorder; got "
            f"{type(recorder).__name__}. Give the one that fit had among its callbacks."
        )
    if not len(recorder.rates):
        raise ValueError(
            "diagnose needs a recorder that recorded; got one without rates. Give the one that fit "
            "had among its callbacks."
        )

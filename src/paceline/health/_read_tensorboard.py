"""Curves from a folder of TensorBoard, without TensorFlow."""

import contextlib
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from paceline.health._curves import Curves
from paceline.health._tracks import Track, combined, no_loss, role

_STUB = "tensorboard.compat.notf"
"""TensorBoard looks for a module of this name, and leaves TensorFlow alone where there is one."""
_HELD_OUT = ("validation", "val", "eval", "test")


def read_tensorboard(folder: Path) -> Curves:
    """Return the curves of the one training that was logged into `folder`.

    Raises:
        ImportError: TensorBoard is not installed.
        ValueError: no event files, no training loss, or several trainings.
    """
    runs = sorted({file.parent for file in folder.rglob("*tfevents*")})
    if not runs:
        raise ValueError(
            f"diagnose needs a folder with event files of TensorBoard; {folder} has none, nor have "
            "its folders. Give the log_dir of keras.callbacks.TensorBoard."
        )
    found: dict[str, list[tuple[str, Track]]] = {"loss": [], "validation": [], "rate": []}
    names = []
    for run in runs:
        for tag, track in _scalars(run):
            place = run.relative_to(folder).as_posix()
            names.append(f"{place}: {tag}")
            what = role(tag)
            if what == "loss" and run.name.lower() in _HELD_OUT:
                what = "validation"
            if what in found:
                found[what].append((place, track))
    if not found["loss"]:
        raise no_loss(str(folder), "tag", names)
    trainings = sorted({place for place, _ in found["loss"]})
    if len(trainings) > 1:
        raise ValueError(
            f"diagnose reads one training; {folder} has several: {', '.join(trainings)}. Give the "
            "folder of one."
        )
    finest = {name: _finest(tracks) for name, tracks in found.items() if tracks}
    return combined(
        finest["loss"],
        rates=finest.get("rate"),
        validation=finest.get("validation"),
        source=str(folder),
    )


def _finest(tracks: list[tuple[str, Track]]) -> Track:
    """Return the track with the most values: the loss by update, where there is one."""
    return max((track for _, track in tracks), key=lambda track: len(track.values))


def _scalars(run: Path) -> Iterator[tuple[str, Track]]:
    with _without_tensorflow():
        try:
            from tensorboard.backend.event_processing.plugin_event_accumulator import (
                EventAccumulator,
            )
            from tensorboard.util.tensor_util import make_ndarray
        except ImportError as error:
            raise ImportError(
                f"{str(run)!r} needs TensorBoard, which is not installed. Run: pip install "
                "'paceline[tensorboard]'."
            ) from error
        events: Any = EventAccumulator(str(run), size_guidance={"tensors": 0})
        events.Reload()
        for tag in events.Tags()["tensors"]:
            logged = events.Tensors(tag)
            values = [make_ndarray(each.tensor_proto) for each in logged]
            if any(
                np.size(value) != 1 or np.asarray(value).dtype.kind not in "fiu" for value in values
            ):
                continue
            places = np.array([each.step for each in logged], dtype=float)
            numbers = np.array([float(np.ravel(value)[0]) for value in values])
            is_epoch = tag.lower().startswith("epoch")
            yield (
                tag,
                Track(
                    values=numbers,
                    places=places + is_epoch,
                    unit="epoch" if is_epoch else "update",
                ),
            )


@contextlib.contextmanager
def _without_tensorflow() -> Iterator[None]:
    """Let TensorBoard read with its own stub; TensorFlow takes seconds to start."""
    if "tensorflow" in sys.modules or _STUB in sys.modules:
        yield
        return
    sys.modules[_STUB] = types.ModuleType(_STUB)
    try:
        yield
    finally:
        del sys.modules[_STUB]

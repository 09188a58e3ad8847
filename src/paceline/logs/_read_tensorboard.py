"""The log of a folder of TensorBoard, without TensorFlow."""

import contextlib
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from paceline.logs._log import Log
from paceline.logs._role import Role, is_held_out, role
from paceline.logs._track import Track

_STUB = "tensorboard.compat.notf"
"""TensorBoard looks for a module of this name, and leaves TensorFlow alone where there is one."""


def read_tensorboard(folder: Path) -> Log:
    """Return the log of the one training that was logged into `folder`; names are "RUN: TAG".

    Raises:
        ImportError: TensorBoard is not installed.
        FileNotFoundError: no such folder.
        ValueError: no event files, or several trainings.
    """
    if not folder.is_dir():
        raise FileNotFoundError(f"No folder {str(folder)!r}. Give a folder of TensorBoard.")
    runs = sorted({file.parent for file in folder.rglob("*tfevents*")})
    if not runs:
        raise ValueError(
            f"A log needs event files of TensorBoard; {folder} has none, nor have its folders. "
            "Give the log_dir of keras.callbacks.TensorBoard."
        )
    tracks: dict[str, Track] = {}
    roles: dict[str, Role | None] = {}
    trainings = set()
    for run in runs:
        place = run.relative_to(folder).as_posix()
        for tag, track in _scalars(run):
            name, held = f"{place}: {tag}", role(tag)
            if held == "loss" and is_held_out(run.name):
                held = "validation"
            if held == "loss":
                trainings.add(place)
            tracks[name], roles[name] = track, held
    if len(trainings) > 1:
        raise ValueError(
            f"A log is that of one training; {folder} has several: {', '.join(sorted(trainings))}. "
            "Give the folder of one."
        )
    return Log(source=str(folder), kind="tag", roles=roles, read=tracks.__getitem__)


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

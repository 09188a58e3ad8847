"""The curves of a comparison for TensorBoard."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from paceline.charts import thin
from paceline.comparison import ComparisonResult, training_points, training_window
from paceline.reporting._folder_names import folder_names
from paceline.trials import Outcome

_FILE = "events.out.tfevents.paceline"
"""Always the same, so that a second export takes the place of the first."""

_FORMAT = "brain.Event:2"

_Point = tuple[str, int, float]
"""The name of a curve, updates done, value."""


def check_tensorboard() -> None:
    """Check that TensorBoard is installed.

    Raises:
        ImportError: it is not.
    """
    _library()


def write_tensorboard(result: ComparisonResult, folder: str | Path) -> list[Path]:
    """Write every trial's curves into `folder` as a run "VARIANT/seed-N", and return the files.

    The curves are those of the charts: `training/loss`, the mean of the updates up to each point;
    `learning_rate` at each step, thinned so that lines between its points are the same; and
    `validation/NAME` after each epoch. Of an earlier export into the same folder, a run of the same
    name is replaced, and others stay. TensorFlow is not needed and not started.

    Args:
        result: what to write; trials that failed before the first update have no run.
        folder: made where it is missing. Give each task one of its own.

    Raises:
        ImportError: TensorBoard is not installed.

    Example:
        >>> write_tensorboard(result, "runs")   # doctest: +SKIP
    """
    event, summary, records = _library()
    folders = folder_names(result.schedules)
    now = time.time()
    written = []
    for outcome in result.outcomes:
        if not len(outcome.losses):
            continue
        target = Path(folder) / folders[outcome.variant] / f"seed-{outcome.seed}" / _FILE
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f".{os.getpid()}.partial")
        try:
            with partial.open("wb") as file:
                writer = records(file)
                writer.write(event(wall_time=now, file_version=_FORMAT).SerializeToString())
                for name, step, value in _points(result, outcome):
                    made = event(wall_time=now, step=step, summary=summary(name, value))
                    writer.write(made.SerializeToString())
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
        written.append(target)
    return written


def _points(result: ComparisonResult, outcome: Outcome) -> Iterator[_Point]:
    window = training_window(result.horizon, outcome.steps_per_epoch)
    for number, value in enumerate(training_points(outcome, window), start=1):
        yield "training/loss", min(number * window, len(outcome.losses)), float(value)
    for step in thin(outcome.rates):
        yield "learning_rate", int(step), float(outcome.rates[step])
    for name, values in outcome.validation.items():
        for epoch, value in enumerate(values, start=1):
            yield f"validation/{name}", epoch * outcome.steps_per_epoch, float(value)


def _library() -> tuple[Any, Any, Any]:
    """Return what makes an event, a scalar's summary and a file of records, without TensorFlow.

    TensorBoard's own Writer starts TensorFlow where it is installed, to open its file.
    """
    try:
        from tensorboard.compat.proto.event_pb2 import Event
        from tensorboard.plugins.scalar.summary_v2 import scalar_pb
        from tensorboard.summary.writer.record_writer import RecordWriter
    except ImportError as error:
        raise ImportError(
            "Curves for TensorBoard need TensorBoard, which is not installed. Run: pip install "
            "'paceline[tensorboard]'."
        ) from error
    return Event, scalar_pb, RecordWriter

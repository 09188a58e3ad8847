"""What a worker needs once, before its first trial."""

import dataclasses
import functools
import io
from collections.abc import Mapping, Sequence
from typing import Any

import cloudpickle
import keras

from paceline.trials import (
    LoopKind,
    Outcome,
    Task,
    TaskError,
    TaskSource,
    Trainer,
    Trial,
    Variant,
    resolve_task,
    set_threads,
)


def data_digests(task: Task) -> tuple[str, ...]:
    """Return a hash of each array data set of a task."""
    parts = (task.train, task.validation, task.test)
    return tuple(part.digest() for part in parts if hasattr(part, "digest"))


def keras_settings() -> dict[str, Any]:
    """Return what the user may have set in Keras, and changes the numbers."""
    return {
        "floatx": keras.config.floatx(),
        "epsilon": keras.config.epsilon(),
        "image_data_format": keras.config.image_data_format(),
        "dtype_policy": keras.config.dtype_policy(),
    }


@dataclasses.dataclass(frozen=True, kw_only=True)
class Setup:
    """A task, its variants by name (bound to the task's horizon), and the kind of loop."""

    source: TaskSource
    data: tuple[str, ...]
    """The digests of the data that the trials' keys stand for."""
    variants: Mapping[str, Variant]
    kind: LoopKind
    settings: Mapping[str, Any] = dataclasses.field(default_factory=keras_settings)

    def trainer(self) -> Trainer:
        """Return what runs the trials.

        Raises:
            TaskError: a task function that gives other data each time.
        """
        task = resolve_task(self.source)
        if data_digests(task) != self.data:
            raise TaskError(
                "The task function gives other data each time it is called, so trials could "
                "neither be paired nor resumed. Give what it draws a seed, such as "
                "train_test_split(..., random_state=0)."
            )
        source = task if task.has_arrays else self.source
        return Trainer(source, self.variants, self.kind)

    def preparation(self, threads: int) -> bytes:
        """Return the pickled call that prepares a worker, functions of the task file included.

        Raises:
            TaskError: a task that can't travel.
        """
        buffer = io.BytesIO()
        try:
            _Pickler(buffer).dump(functools.partial(prepare, self, threads))
        except Exception as error:  # whatever an object raises that can't be pickled
            raise TaskError(
                f"The task can't travel to worker processes: {error}. Make what can't be pickled "
                "inside the task's functions, or train in this process with workers=1."
            ) from error
        return buffer.getvalue()


class _Pickler(cloudpickle.Pickler):
    """Lets losses and metrics of one's own travel; Keras' way needs them to be registered."""

    def reducer_override(self, obj: Any) -> Any:
        if isinstance(obj, keras.losses.Loss):
            return object.__new__, (type(obj),), vars(obj)
        if isinstance(obj, keras.metrics.Metric):
            return type(obj).from_config, (obj.get_config(),)
        return super().reducer_override(obj)


_trainers: list[Trainer] = []
"""The one of this worker process."""


def prepare(setup: Setup, threads: int) -> None:
    """Make this process ready to train, as the coordinator would."""
    set_threads(threads)
    for name, value in setup.settings.items():
        getattr(keras.config, f"set_{name}")(value)
    _trainers.append(setup.trainer())


def train(trials: Sequence[Trial]) -> list[Outcome]:
    """Run trials together in a worker that is prepared."""
    return _trainers[0].run_together(trials)

"""What to train."""

import dataclasses
import math
import numbers
from collections.abc import Callable
from typing import Any

import keras

from paceline.trials._data import Arrays, as_arrays, is_arrays, length_of
from paceline.trials._errors import TaskError
from paceline.trials._variant import OptimizerOf


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Task:
    """What to train: a model, its loss, optimizer and data, and for how long.

    Args:
        model: a function without arguments that returns a new Keras model, not compiled.
        optimizer: a function of the rate that returns a new optimizer, such as
            `lambda rate: keras.optimizers.SGD(rate, momentum=0.9)`.
        loss: what `model.compile` takes as loss; None: the model has its own.
        train: `(x, y)` or `(x, y, sample_weight)` of arrays, or whatever `fit` takes: a
            `tf.data.Dataset`, a `PyDataset`, a PyTorch `DataLoader`. One that shuffles does so by
            the seed if a function makes the task, which then makes it anew for each trial.
        batch_size: samples an update; needed with arrays.
        epochs: passes over the training data, 1 or more.
        metrics: what `model.compile` takes as metrics; each model gets copies.
        validation: data in the same forms, measured after every epoch; None: no validation.
        test: data in the same forms, measured once after the last update; None: no test.
        steps_per_epoch: updates an epoch, for data that does not know its length.

    Raises:
        TaskError: a part that is missing, of the wrong kind, or does not fit the others.
    """

    model: Callable[[], Any]
    optimizer: OptimizerOf
    loss: Any
    train: Any
    epochs: int
    batch_size: int | None = None
    metrics: Any = ()
    validation: Any = None
    test: Any = None
    steps_per_epoch: int | None = None

    def __post_init__(self) -> None:
        if not callable(self.model) or isinstance(self.model, keras.Model):
            raise TaskError(
                "Task needs model, a function that returns a new Keras model for each seed; got "
                f"{self.model!r}. Write model=lambda: keras.Sequential([...])."
            )
        is_made = isinstance(self.optimizer, keras.optimizers.Optimizer)
        if not callable(self.optimizer) or is_made:
            raise TaskError(
                "Task needs optimizer, a function of the rate; got "
                f"{self.optimizer!r}. Write optimizer=lambda rate: keras.optimizers.SGD(rate)."
            )
        self._check_count("epochs", self.epochs)
        for name in ("train", "validation", "test"):
            data = getattr(self, name)
            if data is None and name != "train":
                continue
            _check_data(name, data)
            if is_arrays(data):
                object.__setattr__(self, name, as_arrays(data, name=name))
        parts = (self.train, self.validation, self.test)
        if self.batch_size is None and any(isinstance(part, Arrays) for part in parts):
            raise TaskError("Task needs batch_size with arrays; got None. Give 64, say.")
        if isinstance(self.train, Arrays) and self.steps_per_epoch is not None:
            raise TaskError(
                f"Task counts the updates of arrays itself; got steps_per_epoch="
                f"{self.steps_per_epoch!r}. Leave it out, or pass a data set."
            )
        if self.batch_size is not None:
            self._check_count("batch_size", self.batch_size)
        if self.steps_per_epoch is not None:
            self._check_count("steps_per_epoch", self.steps_per_epoch)
        _ = self.horizon

    def _check_count(self, name: str, value: Any) -> None:
        if isinstance(value, bool) or not isinstance(value, numbers.Integral) or value < 1:
            raise TaskError(f"Task needs {name} >= 1, a whole number; got {name}={value!r}.")

    @property
    def has_arrays(self) -> bool:
        """Whether all data are arrays, so that the compiled loop can train on them."""
        parts = (self.train, self.validation, self.test)
        return all(part is None or isinstance(part, Arrays) for part in parts)

    @property
    def updates_per_epoch(self) -> int:
        """How many updates one epoch has, a short last batch included."""
        if isinstance(self.train, Arrays):
            return math.ceil(self.train.samples / int(self.batch_size or 1))
        if self.steps_per_epoch is not None:
            return int(self.steps_per_epoch)
        known = length_of(self.train)
        if known is None:
            raise TaskError(
                f"Task can't tell how many batches train={self.train!r} has. "
                "Give steps_per_epoch=..."
            )
        if known < 1:
            raise TaskError(f"Task's train={self.train!r} is empty. Give at least one batch.")
        return known

    @property
    def horizon(self) -> int:
        """How many updates one training has."""
        return self.updates_per_epoch * int(self.epochs)


def _check_data(name: str, data: Any) -> None:
    if data is None:
        raise TaskError(f"Task needs {name} data; got None. Write {name}=(x, y).")
    if hasattr(data, "__next__"):
        raise TaskError(
            f"Task's {name} is a {type(data).__name__}, which can be read only once, but every "
            "trial reads it. Wrap it in a keras.utils.PyDataset or tf.data.Dataset.from_generator."
        )
    is_other = isinstance(data, tuple | list | str | bytes | dict) or hasattr(data, "__array__")
    is_data_set = hasattr(data, "__iter__") or isinstance(data, keras.utils.PyDataset)
    if not is_arrays(data) and (is_other or not is_data_set):
        raise TaskError(
            f"Task's {name} must be arrays, (x, y) or (x, y, sample_weight), or a data set; got "
            f"{str(data)[:80]!r}. Turn lists into arrays with np.asarray."
        )

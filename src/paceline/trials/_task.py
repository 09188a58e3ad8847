"""What to train."""

import dataclasses
import math
import numbers
import types
from collections.abc import Callable, Sequence
from typing import Any

from paceline.trials._data import as_arrays, is_arrays, length_of
from paceline.trials._errors import TaskError
from paceline.trials._variant import OptimizerOf


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Task:
    """What to train: a model, its loss, optimizer and data, and for how long.

    Args:
        model: a function without arguments that returns a new Keras model, not compiled.
        optimizer: a function of the rate that returns a new optimizer, such as
            `lambda rate: keras.optimizers.SGD(rate, momentum=0.9)`.
        loss: what `model.compile` takes as loss.
        train: `(x, y)` or `(x, y, sample_weight)` of arrays, or whatever `fit` takes: a
            `tf.data.Dataset`, a `PyDataset`, a PyTorch `DataLoader`.
        batch_size: samples an update; needed with arrays.
        epochs: passes over the training data, 1 or more.
        metrics: what `model.compile` takes as metrics.
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
    metrics: Sequence[Any] = ()
    validation: Any = None
    test: Any = None
    steps_per_epoch: int | None = None

    def __post_init__(self) -> None:
        if not callable(self.model) or hasattr(self.model, "compile"):
            raise TaskError(
                "Task needs model, a function that returns a new Keras model for each seed; got "
                f"{self.model!r}. Write model=lambda: keras.Sequential([...])."
            )
        if not callable(self.optimizer) or hasattr(self.optimizer, "apply_gradients"):
            raise TaskError(
                "Task needs optimizer, a function of the rate; got "
                f"{self.optimizer!r}. Write optimizer=lambda rate: keras.optimizers.SGD(rate)."
            )
        if self.loss is None:
            raise TaskError('Task needs a loss; got None. Write loss="mse", say.')
        self._check_count("epochs", self.epochs)
        for name in ("train", "validation", "test"):
            data = getattr(self, name)
            if data is None and name != "train":
                continue
            _check_data(name, data)
            if is_arrays(data):
                object.__setattr__(self, name, as_arrays(data, name=name))
        if is_arrays(self.train):
            if self.batch_size is None:
                raise TaskError("Task needs batch_size with arrays; got None. Give 64, say.")
            if self.steps_per_epoch is not None:
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
        return all(part is None or is_arrays(part) for part in parts)

    @property
    def updates_per_epoch(self) -> int:
        """How many updates one epoch has, a short last batch included."""
        if is_arrays(self.train):
            return math.ceil(self.train.samples / int(self.batch_size or 1))
        if self.steps_per_epoch is not None:
            return int(self.steps_per_epoch)
        known = length_of(self.train)
        if known is None:
            raise TaskError(
                f"Task can't tell how many batches train={self.train!r} has. "
                "Give steps_per_epoch=..."
            )
        return known

    @property
    def horizon(self) -> int:
        """How many updates one training has."""
        return self.updates_per_epoch * int(self.epochs)


def _check_data(name: str, data: Any) -> None:
    if data is None:
        raise TaskError(f"Task needs {name} data; got None. Write {name}=(x, y).")
    if isinstance(data, types.GeneratorType):
        raise TaskError(
            f"Task's {name} is a generator, which can be read only once, but every trial reads it. "
            "Wrap it in a keras.utils.PyDataset or tf.data.Dataset.from_generator."
        )
    if isinstance(data, tuple | list) and not is_arrays(data):
        raise TaskError(
            f"Task's {name} must be arrays, (x, y) or (x, y, sample_weight), or a data set; got "
            f"{str(data)[:80]!r}. Turn lists into arrays with np.asarray."
        )

"""`model.fit`: the way for data that are no arrays, for callbacks, and for the PyTorch backend."""

import copy
import math
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from paceline.callbacks import AtAverage
from paceline.callbacks._batch_loss import BATCH_LOSS, log_batch_loss
from paceline.optimizers import Steered
from paceline.optimizers._adjustable import factor_of
from paceline.optimizers._inside import inside_scaling
from paceline.optimizers._schedule_free import schedule_free
from paceline.trials._build import build
from paceline.trials._data import Arrays
from paceline.trials._devices import has_gpu
from paceline.trials._errors import TaskError
from paceline.trials._rate_feed import RateFeed
from paceline.trials._record import Record, check_updates
from paceline.trials._seeds import Seeds
from paceline.trials._task import Task
from paceline.trials._variant import Variant


class Batches(keras.utils.PyDataset):
    """Arrays batch by batch: in their own order, or in the order that a seed fixes for an epoch.

    With the seed's order `fit` sees the batches that the compiled loop sees.
    """

    def __init__(self, data: Arrays, batch_size: int, orders: Iterator[Any] | None = None) -> None:
        super().__init__()
        self._data = data
        self._batch_size = batch_size
        self._orders = orders
        self._order = np.arange(data.samples)

    @property
    def num_batches(self) -> int:
        """How many batches an epoch has."""
        return math.ceil(self._data.samples / self._batch_size)

    def __getitem__(self, index: int) -> tuple[Any, ...]:
        start = index * self._batch_size
        return self._data.take(self._order[start : start + self._batch_size])

    def next_epoch(self) -> None:
        """Take the next epoch's order; Keras' own on_epoch_begin runs once too often."""
        if self._orders is not None:
            self._order = next(self._orders)


class Recorder(keras.callbacks.Callback):
    """Writes down the rate and the loss of every update, and stops a training that diverged.

    It comes before the callbacks of the user, who see the logs that Keras makes, and who can
    change the rate of an update up to its start only: so its end is the time to read the rate.
    """

    def __init__(self, feed: RateFeed, planned: npt.NDArray[np.float64], train: Any) -> None:
        super().__init__()
        self.feed = feed
        self.planned = planned
        self.train = train
        self.factor = 1.0
        self.step = 0
        self.losses: list[float] = []
        self.undone = 0
        """How many of the first losses are of updates from which a callback went back."""
        self.rates: list[float] = []
        self.validation: list[dict[str, float]] = []

    def on_train_begin(self, logs: Any = None) -> None:
        """Be told where the factor, or the step, changes within an epoch."""
        self.optimizer = inside_scaling(self.model.optimizer)
        if isinstance(self.optimizer, Steered):
            self.optimizer.watchers.append(self)

    def before_change(self) -> None:
        """Note nothing: every update is noted when it was made."""

    def after_change(self) -> None:
        """Go on from the step that a callback has gone back to, with the factor it has set."""
        self.factor = factor_of(self.optimizer)
        step = int(self.optimizer._iterations)
        if step < self.step:
            self.undone = len(self.losses)
            self.model.stop_training = False
        self.step = step

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Let the batches of this epoch come in the order that the seed fixes."""
        self.factor = factor_of(self.optimizer)
        if isinstance(self.train, Batches):
            self.train.next_epoch()

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Note the rate, the schedule's or what a callback has put in its place, and the loss."""
        if self.optimizer._learning_rate is self.feed:
            self.rates.append(float(self.planned[self.step]) * self.factor)
        else:
            _ = self.model  # on JAX this gives the variables their values back, for a while
            self.rates.append(float(keras.ops.convert_to_tensor(self.optimizer.learning_rate)))
        self.step += 1
        self.losses.append(float(logs[BATCH_LOSS]))
        if not np.isfinite(self.losses[-1]) or self.step >= len(self.planned):
            self.model.stop_training = True

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Note the validation logs."""
        logs.pop(BATCH_LOSS, None)
        self.validation.append(
            {
                name.removeprefix("val_"): float(keras.ops.mean(value))
                for name, value in logs.items()
                if name.startswith("val_")
            }
        )


def run_fit(
    task: Task, variant: Variant, seeds: Seeds, rates: npt.NDArray[np.float64]
) -> tuple[Record, npt.NDArray[np.float64]]:
    """Train once through `fit`; return the record and the rate of every update.

    Raises:
        TaskError: data that end before the horizon does.
    """
    feed = RateFeed()
    feed.rates = rates.astype(np.float32)
    model = build(task, seeds, variant.optimizer or task.optimizer, _rate(variant, rates, feed))
    log_batch_loss(model)
    if keras.backend.backend() == "tensorflow" and not has_gpu():
        model.jit_compile = False  # XLA on a CPU drifts from Keras' own numbers
    has_order = isinstance(task.train, Arrays)
    epochs = -(-len(rates) // task.updates_per_epoch)
    orders = seeds.orders(task.train.samples, epochs) if has_order else None
    train = _batches(task, task.train, orders)
    recorder = Recorder(feed, rates, train)
    moving = [] if schedule_free(model.optimizer) is None else [AtAverage()]
    model.fit(
        train,
        epochs=epochs,
        steps_per_epoch=task.steps_per_epoch,
        validation_data=_batches(task, task.validation),
        callbacks=[*moving, recorder, *copy.deepcopy(variant.callbacks)],
        verbose=0,
        shuffle=False,
    )
    record = _recorded(recorder, task.updates_per_epoch)
    losses = record.all_losses
    check_updates(int(model.optimizer._iterations), recorder.step)
    if not record.diverged:
        if len(losses) < (1 if variant.callbacks else len(rates)):
            raise TaskError(
                f"The train data ended after {len(losses)} of {len(rates)} updates. Let it "
                "repeat, or give fewer steps_per_epoch."
            )
        if task.test is not None:
            logs = model.evaluate(_batches(task, task.test), verbose=0, return_dict=True)
            record.test = {name: float(keras.ops.mean(value)) for name, value in logs.items()}
    return record, np.array(recorder.rates[: len(losses)])


def _rate(variant: Variant, rates: npt.NDArray[np.float64], feed: RateFeed) -> RateFeed | float:
    """Return a plain number where callbacks may want to set it: Keras lets no schedule be set."""
    fixed = bool(variant.callbacks) and bool((rates == rates[0]).all())
    return float(rates[0]) if fixed else feed


def _recorded(recorder: Recorder, updates_per_epoch: int) -> Record:
    record = Record()
    losses = np.array(recorder.losses)
    epochs = np.array_split(losses, range(updates_per_epoch, len(losses), updates_per_epoch))
    for part, logs in zip(epochs, recorder.validation, strict=True):
        undone = recorder.undone - len(record.all_losses)
        record.add_epoch(part, logs, undone=max(0, undone))
    return record


def _batches(task: Task, data: Any, orders: Iterator[Any] | None = None) -> Any:
    return Batches(data, int(task.batch_size or 1), orders) if isinstance(data, Arrays) else data

"""`model.fit`: the way for data that are no arrays, for callbacks, and for the PyTorch backend."""

import copy
import math
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from paceline.trials._build import build
from paceline.trials._data import Arrays
from paceline.trials._devices import has_gpu
from paceline.trials._rate_feed import RateFeed
from paceline.trials._record import Record
from paceline.trials._seeds import Seeds
from paceline.trials._task import Task
from paceline.trials._variant import Variant

BATCH_LOSS = "paceline_batch_loss"


class BatchLoss(keras.metrics.Mean):
    """Keras' running mean of the loss, which also tells the last batch's own.

    Un-averaging the running mean loses 3e-4 by step 2,000.
    """

    def __init__(self, name: str = "loss", dtype: Any = None) -> None:
        super().__init__(name=name, dtype=dtype)
        self.last = self.add_variable((), initializer="zeros", name="last")

    def update_state(self, values: Any, sample_weight: Any = None) -> None:
        """Add a batch."""
        super().update_state(values, sample_weight=sample_weight)
        self.last.assign(keras.ops.cast(keras.ops.mean(values), self.last.dtype))

    def result(self) -> dict[str, Any]:
        """Return the running mean and the last batch's loss."""
        return {"loss": super().result(), BATCH_LOSS: keras.ops.convert_to_tensor(self.last)}


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
    """Writes down the rate and the loss of every update, and stops a training that diverged."""

    def __init__(self, feed: RateFeed, planned: npt.NDArray[np.float64], train: Any) -> None:
        super().__init__()
        self.feed = feed
        self.planned = planned
        self.train = train
        self.losses: list[float] = []
        self.rates: list[float] = []
        self.validation: list[dict[str, float]] = []

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Let the batches of this epoch come in the order that the seed fixes."""
        if isinstance(self.train, Batches):
            self.train.next_epoch()

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Note the rate of this update: the schedule's, or what a callback has put in its place."""
        rate = self.model.optimizer._learning_rate
        planned = rate is self.feed
        self.rates.append(float(self.planned[len(self.rates)] if planned else rate))

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Note the batch's own loss."""
        logs = logs or {}
        loss = float(logs.get(BATCH_LOSS, logs.get("loss", np.nan)))
        self.losses.append(loss)
        if not np.isfinite(loss):
            self.model.stop_training = True

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Note the validation logs."""
        self.validation.append(
            {
                name.removeprefix("val_"): float(value)
                for name, value in (logs or {}).items()
                if name.startswith("val_") and BATCH_LOSS not in name
            }
        )


def run_fit(
    task: Task, variant: Variant, seeds: Seeds, rates: npt.NDArray[np.float64]
) -> tuple[Record, npt.NDArray[np.float64]]:
    """Train once through `fit`; return the record and the rate of every update."""
    feed = RateFeed()
    feed.rates = rates.astype(np.float32)
    model = build(task, seeds, variant.optimizer or task.optimizer, feed)
    model._loss_tracker = BatchLoss()
    if keras.backend.backend() == "tensorflow" and not has_gpu():
        model.jit_compile = False  # XLA on a CPU drifts from Keras' own numbers
    has_order = isinstance(task.train, Arrays)
    orders = seeds.orders(task.train.samples, task.epochs) if has_order else None
    train = _batches(task, task.train, orders)
    recorder = Recorder(feed, rates, train)
    model.fit(
        train,
        epochs=task.epochs,
        steps_per_epoch=task.steps_per_epoch,
        validation_data=_batches(task, task.validation),
        callbacks=[recorder, *copy.deepcopy(variant.callbacks)],
        verbose=0,
        shuffle=False,
    )
    record = Record()
    losses = np.array(recorder.losses)
    epochs = np.array_split(
        losses, range(task.updates_per_epoch, len(losses), task.updates_per_epoch)
    )
    for number, part in enumerate(epochs):
        logs = recorder.validation[number] if number < len(recorder.validation) else {}
        record.add_epoch(part, logs)
    if task.test is not None and np.isfinite(losses).all():
        logs = model.evaluate(_batches(task, task.test), verbose=0, return_dict=True)
        record.test = {name: float(value) for name, value in logs.items() if name != BATCH_LOSS}
    return record, np.array(recorder.rates[: len(record.all_losses)])


def _batches(task: Task, data: Any, orders: Iterator[Any] | None = None) -> Any:
    return Batches(data, int(task.batch_size or 1), orders) if isinstance(data, Arrays) else data

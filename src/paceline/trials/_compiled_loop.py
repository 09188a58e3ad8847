"""What the compiled loops share: one traced program, and what a trial starts from is assigned."""

import abc
from typing import Any

import numpy as np
import numpy.typing as npt

from paceline.trials._build import build, state_of
from paceline.trials._data import Arrays
from paceline.trials._rate_feed import RateFeed
from paceline.trials._record import Record, check_updates
from paceline.trials._seeds import Seeds
from paceline.trials._task import Task
from paceline.trials._variant import OptimizerOf

Losses = npt.NDArray[np.float64]
Logs = dict[str, float]


class CompiledLoop(abc.ABC):
    """Trains a task of arrays in compiled code, for any schedule and any seed."""

    def __init__(self, task: Task, optimizer: OptimizerOf) -> None:
        """Build the one model that is traced."""
        self.task = task
        self.feed = RateFeed()
        self.model = build(task, Seeds(0), optimizer, self.feed)
        self.train: Arrays = task.train
        self.batch_size = min(int(task.batch_size or 1), self.train.samples)
        self._optimizer = optimizer
        self._initial: tuple[int, list[list[Any]]] | None = None

    def run(self, seeds: Seeds, rates: npt.NDArray[np.float64]) -> Record:
        """Train once: the initial state and the batches of `seeds`, the `rates` of every update."""
        self._begin(self._initial_state(seeds), rates.astype(np.float32))
        record = Record()
        for order in seeds.orders(self.train.samples, self.task.epochs):
            losses, logs = self._epoch(order)
            if not record.add_epoch(losses, logs):
                return record
        check_updates(self._iterations(), len(record.all_losses))
        if self.task.test is not None:
            record.test = self._test()
        return record

    def _initial_state(self, seeds: Seeds) -> list[list[Any]]:
        if self._initial is None or self._initial[0] != seeds.seed:
            model = build(self.task, seeds, self._optimizer, RateFeed())
            self._initial = (seeds.seed, state_of(model))
        return self._initial[1]

    @abc.abstractmethod
    def _begin(self, state: list[list[Any]], rates: npt.NDArray[np.float32]) -> None:
        """Assign the initial values of the model's and the optimizer's variables, and the rates."""

    @abc.abstractmethod
    def _epoch(self, order: npt.NDArray[np.int32]) -> tuple[Losses, Logs]:
        """Train one epoch; return the loss of every batch and the validation logs."""

    @abc.abstractmethod
    def _iterations(self) -> int:
        """Return how many updates the optimizer has counted."""

    @abc.abstractmethod
    def _test(self) -> Logs:
        """Let the optimizer finish, as `fit` does; return the loss and metrics on the test data."""

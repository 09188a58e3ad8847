"""The replay by Keras' own steps, one by one."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from paceline.callbacks._snapshot import Snapshot
from paceline.optimizers._building import scope_of
from paceline.optimizers._schedule_free import to_average, to_training
from paceline.optimizers._value import value_of
from paceline.trials._given_rate import GivenRate
from paceline.trials._replay import Batch, Numbers, Replay


class FitReplay(Replay):
    """`train_on_batch`: for PyTorch, TensorFlow's strategies, and batches of many shapes."""

    def __init__(
        self, model: Any, given: GivenRate, batches: Sequence[Batch], probe: Batch
    ) -> None:
        """Let Keras make its functions anew, with the rate as a variable."""
        super().__init__(model, given, batches, probe)
        with scope_of(model):
            self._rate = keras.Variable(0.0, dtype="float32", trainable=False)
        self.given.rate = self._rate
        self._start = Snapshot(model)
        self._next = 0
        model.train_function = model.test_function = None

    def replay(self, rate: float, updates: int) -> float:
        self._put_back()
        self._advance(rate, updates)
        return self._measure()

    def sweep(self, rates: Numbers) -> tuple[Numbers, Numbers]:
        self._put_back()
        training, probe = np.full(len(rates), np.nan), np.full(len(rates), np.nan)
        for number, rate in enumerate(rates):
            training[number] = self._advance(float(rate), 1)
            probe[number] = self._measure()
        return probe, training

    def _put_back(self) -> None:
        self._next = 0
        self._start.restore(self.model)
        to_training(self.model.optimizer)

    def _advance(self, rate: float, updates: int) -> float:
        """Make so many updates, twice as many attempts at most; return the last batch's loss."""
        until, loss = self._made() + updates * self.micro, float("nan")
        for _ in range(2):
            for _ in range(until - self._made()):
                loss = self._step(rate, self.batches[self._next % len(self.batches)])
                self._next += 1
        return loss

    def _made(self) -> int:
        return int(value_of(self.optimizer._iterations))

    def _step(self, rate: float, batch: Batch) -> float:
        self._rate.assign(rate)
        return float(self.model.train_on_batch(*batch, return_dict=True)["loss"])

    def _measure(self) -> float:
        """Return the probe loss at the state that is there, which stays."""
        kept = Snapshot(self.model)
        to_average(self.model.optimizer)
        if self.probes_in_training:
            loss = self._step(0.0, self.probe)
        else:
            loss = float(self.model.test_on_batch(*self.probe, return_dict=True)["loss"])
        kept.restore(self.model)
        return loss

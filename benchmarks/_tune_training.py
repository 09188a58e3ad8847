"""Trainings of one task on one traced program, a few epochs at a time, the updates counted."""

import itertools
import math
from typing import Any

import numpy as np

import paceline
from paceline.schedules import Schedule
from paceline.trials import set_threads
from paceline.trials._seeds import Seeds
from paceline.trials._tensorflow_loop import TensorFlowLoop


class Program:
    """The traced program of a task; serves every schedule and every seed."""

    def __init__(self, task: paceline.Task) -> None:
        if set_threads(1) != 1:
            raise RuntimeError("TensorFlow has computed already; threads are set before it does.")
        self.task = task
        self._loop = TensorFlowLoop(task, task.optimizer, xla=False)
        self._initial: dict[int, Any] = {}
        self._untrained: dict[int, float] = {}

    def train(self, schedule: Schedule, seed: int) -> float:
        """Return the final validation loss of a whole training."""
        return Training(self, schedule, seed).to(self.task.epochs)

    def untrained(self, seed: int) -> float:
        """Return the validation loss of the initial weights."""
        if seed not in self._untrained:
            still = np.zeros(self.task.horizon)
            self._untrained[seed] = self.epochs(seed, None, still, range(1))[0][0]
        return self._untrained[seed]

    def epochs(
        self, seed: int, state: Any, rates: np.ndarray, numbers: range
    ) -> tuple[list[float], Any]:
        """Train some epochs of a seed from a state, None for the initial one.

        Return the validation loss after each, and the state after the last; a loss that is not
        finite is the last.
        """
        if state is None:
            self._loop._begin(self._start(seed))
        else:
            self._loop._restore(state)
        losses: list[float] = []
        orders = Seeds(seed).orders(self.task.train.samples, self.task.epochs)
        for order in itertools.islice(orders, numbers.start, numbers.stop):
            losses.append(self._loop._epoch(order, rates.astype(np.float32))[1]["loss"])
            if not math.isfinite(losses[-1]):
                break
        return losses, self._loop._snapshot()

    def _start(self, seed: int) -> Any:
        if seed not in self._initial:
            self._initial[seed] = self._loop._initial_state(Seeds(seed))
        return self._initial[seed]


class Training:
    """One schedule with one seed; goes on where it was left, whatever was trained in between."""

    def __init__(self, program: Program, schedule: Schedule, seed: int) -> None:
        self._program, self._seed = program, seed
        self._rates = schedule.over(program.task.horizon)(np.arange(program.task.horizon))
        self._state: Any = None
        self._losses: list[float] = []

    @property
    def steps(self) -> int:
        """How many updates were made."""
        return len(self._losses) * self._program.task.updates_per_epoch

    @property
    def loss(self) -> float:
        """The validation loss so far, that of the initial weights where it is worse or none."""
        untrained = self._program.untrained(self._seed)
        last = self._losses[-1] if self._losses else untrained
        return min(last, untrained) if math.isfinite(last) else untrained

    @property
    def is_lost(self) -> bool:
        """Whether a loss was not finite, so that it can't go on."""
        return bool(self._losses) and not math.isfinite(self._losses[-1])

    def to(self, epoch: int) -> float:
        """Train on to the end of an epoch; return the validation loss."""
        if epoch > len(self._losses) and not self.is_lost:
            losses, self._state = self._program.epochs(
                self._seed, self._state, self._rates, range(len(self._losses), epoch)
            )
            self._losses += losses
        return self.loss

"""What the compiled loops share: one traced program, and what a trial starts from is assigned."""

import abc
import copy
import dataclasses
import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from paceline.trials._alike import alike
from paceline.trials._build import build, state_of
from paceline.trials._data import Arrays
from paceline.trials._rate_feed import RateFeed
from paceline.trials._record import Record, check_updates
from paceline.trials._seeds import Seeds
from paceline.trials._task import Task
from paceline.trials._variant import OptimizerOf

Losses = npt.NDArray[np.float64]
Logs = dict[str, float]


@dataclasses.dataclass(kw_only=True)
class _Trunk:
    """Plans that are alike up to here, and where their training stands."""

    plans: list[int]
    record: Record
    state: Any
    """None: the initial one."""


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

    def run(
        self, seeds: Seeds, plans: Sequence[npt.NDArray[np.float64]]
    ) -> Iterator[tuple[int, Record]]:
        """Train by each plan, the rates of every update; yield its number and what came out.

        All start from the initial state and see the batches of `seeds`; the epochs in which plans
        are alike from the start are trained once. Plans are of one length.
        """
        rates = [plan.astype(np.float32) for plan in plans]
        whole = self.task.updates_per_epoch
        epochs = -(-len(rates[0]) // whole)
        waiting = [_Trunk(plans=list(range(len(plans))), record=Record(), state=None)]
        while waiting:
            trunk = waiting.pop()
            record = trunk.record
            if trunk.state is None:
                self._begin(self._initial_state(seeds))
            else:
                self._restore(trunk.state)
            begun = len(record.losses)
            orders = seeds.orders(self.train.samples, epochs)
            for epoch, order in itertools.islice(enumerate(orders), begun, None):
                first = epoch * whole
                trunk.plans, *others = alike(trunk.plans, rates, slice(first, first + whole))
                if others:
                    state = self._snapshot()
                    waiting += [
                        _Trunk(plans=other, record=copy.deepcopy(record), state=state)
                        for other in reversed(others)
                    ]
                own = rates[trunk.plans[0]]
                seen = order[: (len(own) - first) * self.batch_size]
                if not record.add_epoch(*self._epoch(seen, own)):
                    break
            else:
                check_updates(self._iterations(), len(record.all_losses))
                if self.task.test is not None:
                    record.test = self._test()
            yield from ((number, record) for number in trunk.plans)

    def _initial_state(self, seeds: Seeds) -> list[list[Any]]:
        if self._initial is None or self._initial[0] != seeds.seed:
            model = build(self.task, seeds, self._optimizer, RateFeed())
            self._initial = (seeds.seed, state_of(model))
        return self._initial[1]

    @abc.abstractmethod
    def _begin(self, state: list[list[Any]]) -> None:
        """Assign the initial values of the model's and the optimizer's variables."""

    @abc.abstractmethod
    def _snapshot(self) -> Any:
        """Return a copy of the state that the training is in."""

    @abc.abstractmethod
    def _restore(self, snapshot: Any) -> None:
        """Go back to a state of which there is a copy, which stays as it is."""

    @abc.abstractmethod
    def _epoch(
        self, order: npt.NDArray[np.int32], rates: npt.NDArray[np.float32]
    ) -> tuple[Losses, Logs]:
        """Train on the samples in their order; return each batch's loss and the validation logs."""

    @abc.abstractmethod
    def _iterations(self) -> int:
        """Return how many updates the optimizer has counted."""

    @abc.abstractmethod
    def _test(self) -> Logs:
        """Let the optimizer finish, as `fit` does; return the loss and metrics on the test data."""

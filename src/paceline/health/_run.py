"""A schedule over the updates of one run: which rates the optimizer will use."""

import dataclasses
import functools
from typing import Any

import numpy as np

from paceline.schedules import Schedule
from paceline.schedules._pieces import pieces_of

Steps = np.ndarray[Any, np.dtype[np.int64]]
Rates = np.ndarray[Any, np.dtype[np.float64]]

MOST_EDGES = 10_000
ROUNDING = 1 + 1e-9
"""What a rate may be off by: 0.3 * 0.1 is not 0.03, but a fall to a tenth all the same."""

_EVERY_STEP = 10**6
_EVENLY = 100_000
_SMALLEST = float(np.finfo(np.float64).tiny)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Run:
    """A schedule over `updates` updates; `pace` is how often Keras calls it for each of them."""

    schedule: Schedule
    updates: int
    pace: int = 1

    @property
    def calls(self) -> int:
        """How often the schedule is called: once for each micro-batch."""
        return self.updates * self.pace

    def at(self, updates: Steps) -> Rates:
        """Return the rates of `updates`: each is made at the last of its micro-batches."""
        return self.schedule(updates * self.pace + (self.pace - 1))

    def fitted(self, code: str) -> str:
        """Return code that makes the schedule `code`, which ends, last exactly this run."""
        return self.slowed(f"{code}.over({self.updates})")

    def slowed(self, code: str) -> str:
        """Return code that makes the schedule `code`, which counts updates, count calls."""
        return code if self.pace == 1 else f"{code}.accumulated({self.pace})"

    def kept(self, code: str) -> str:
        """Return code that makes the schedule `code`, a part of this one, fit the run again."""
        if self.schedule.length is not None:
            return self.fitted(code)
        return code if self.pace == 1 else f"{code}.held(every={self.pace})"

    @functools.cached_property
    def steps(self) -> Steps:
        """The updates that are looked at: all, or of a long run those where something happens."""
        last = self.updates - 1
        if self.updates <= _EVERY_STEP:
            return np.arange(self.updates)
        pieces = pieces_of(self.schedule, before=self.calls, most=MOST_EDGES)
        edges = np.array([0, *(piece.step for piece in pieces), self.schedule.length or 0, last])
        edges //= self.pace
        evenly = np.linspace(0, last, _EVENLY).astype(np.int64)
        steps = np.concatenate([evenly, [last - 1, last], edges - 1, edges, edges + 1])
        return self._narrowed(np.unique(np.clip(steps, 0, last)))

    @functools.cached_property
    def rates(self) -> Rates:
        """The rates of `steps`."""
        return self.at(self.steps)

    def _narrowed(self, steps: Steps) -> Steps:
        """Return `steps` and, where the rate changes tenfold between two, the two beside that."""
        logs = self._logs(steps)
        wide = np.flatnonzero((np.diff(steps) > 1) & (np.abs(np.diff(logs)) > np.log(10)))
        low, high = steps[wide], steps[wide + 1]
        while np.any(high - low > 1):
            middle = (low + high) // 2
            start, half, end = self._logs(low), self._logs(middle), self._logs(high)
            left = np.abs(half - start) > np.abs(end - half)
            low, high = np.where(left, low, middle), np.where(left, middle, high)
        return np.union1d(steps, np.concatenate([low, high]))

    def _logs(self, steps: Steps) -> Rates:
        return np.log(np.maximum(self.at(steps), _SMALLEST))

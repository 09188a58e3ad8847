"""What a peak is worth: the loss after 300 updates of linear decay, on a grid of peaks.

It is trained once by `paceline.compare`, which keeps every trial in a store, so that the same call
goes on where it was stopped.
"""

import dataclasses
from pathlib import Path

import _find_tasks
import numpy as np
from _find_tasks import Cell

import paceline
from paceline.schedules import Constant
from paceline.trials import Outcome

STORE = Path(__file__).parents[1] / "paceline-out" / "find_reference.sqlite"
SEEDS = (0, 1, 2)
UNTRAINED = "untrained"

PEAKS = {
    "SGD": (1e-4, 1e-3, *(10 ** (quarter / 4) for quarter in range(-10, 3))),
    "AdamW": (1e-5, 1e-4, *(10 ** (quarter / 4) for quarter in range(-14, -1))),
}
"""Four to a decade near the best, and two far below."""


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Reference:
    """The final validation loss of each peak, the mean over the seeds."""

    peaks: np.ndarray
    losses: np.ndarray
    """[peaks]; that of the untrained model where the training diverged or ended above it."""
    initial: float
    """The validation loss of the untrained model."""

    @property
    def best(self) -> float:
        """The peak with the smallest loss."""
        return float(self.peaks[self.losses.argmin()])

    def loss(self, rate: float) -> float:
        """Return the loss of a peak, interpolated in log rate; outside, that of the end."""
        return float(np.interp(np.log(rate), np.log(self.peaks), self.losses))

    def regret(self, rate: float | None) -> float:
        """Return how much of the fall a peak gives away, 0 to 1; 1 where there is no rate."""
        if rate is None or not np.isfinite(rate) or rate <= 0:
            return 1.0
        lowest = float(self.losses.min())
        return (self.loss(rate) - lowest) / (self.initial - lowest)

    def bias(self, rate: float) -> float:
        """Return by how many decades a peak is above the best."""
        return float(np.log10(rate / self.best))


def reference(cell: Cell, *, store: Path, workers: int = 1, progress: bool = False) -> Reference:
    """Return the reference of a cell; what the store holds of it is not trained again."""
    store.parent.mkdir(parents=True, exist_ok=True)
    peaks = PEAKS[cell.optimizer]
    schedules = {f"{peak:.6g}": paceline.linear(peak=peak) for peak in peaks}
    result = paceline.compare(
        _find_tasks.task(cell),
        {UNTRAINED: Constant(rate=0.0), **schedules},
        seeds=SEEDS,
        store=store,
        workers=workers,
        name=str(cell),
        progress=progress,
    )
    assert not (failed := [each.error for each in result.outcomes if not each.is_result]), failed
    initial = float(np.mean([each.final("loss") for each in result.of(UNTRAINED)]))
    losses = [np.mean([_loss(each, initial) for each in result.of(name)]) for name in schedules]
    return Reference(peaks=np.array(peaks), losses=np.array(losses), initial=initial)


def _loss(outcome: Outcome, initial: float) -> float:
    return initial if outcome.status == "diverged" else min(outcome.final("loss"), initial)

"""What a comparison found."""

import csv
import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from paceline.comparison._summary import TRAINING_LOSS, Summary, primary_value, summarise, steps_to
from paceline.trials import Outcome


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class ComparisonResult:
    """The outcomes of a comparison, and every number that is shown of them."""

    task: str
    horizon: int
    """Updates of one training."""
    metric: str
    """The primary metric: a validation metric, or "training_loss" without validation data."""
    higher_is_better: bool
    baseline: str
    target: float
    """The validation loss that steps to target counts to."""
    seeds: tuple[int, ...]
    schedules: dict[str, str]
    """The expression of each variant's schedule, by the variant's name, in the order asked for."""
    rates: dict[str, npt.NDArray[np.float64]]
    """[horizon]: the planned rate of each update, by variant."""
    outcomes: tuple[Outcome, ...]
    """Sorted by variant, in the order asked for, then by seed."""
    environment: dict[str, str]
    """Versions, hardware, loop kind and threads, in words."""
    command: str | None = None
    """The command line that makes this result again."""

    def of(self, variant: str) -> list[Outcome]:
        """Return the outcomes of `variant`, sorted by seed."""
        return [outcome for outcome in self.outcomes if outcome.variant == variant]

    @property
    def summaries(self) -> list[Summary]:
        """Return a row for each variant, the best mean of the primary metric first."""
        rows = [
            summarise(
                name,
                self.of(name),
                baseline=None if name == self.baseline else self.of(self.baseline),
                metric=self.metric,
                target=self.target,
            )
            for name in self.schedules
        ]
        return sorted(rows, key=self._rank)

    def _rank(self, row: Summary) -> tuple[bool, float]:
        estimate = self.primary(row)
        value = -estimate.mean if self.higher_is_better else estimate.mean
        return (row.diverged > 0 or not np.isfinite(value), value)

    def primary(self, row: Summary) -> Any:
        """Return the estimate of the primary metric in `row`."""
        return row.training_loss if self.metric == TRAINING_LOSS else row.final[self.metric]

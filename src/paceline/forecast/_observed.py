"""A curve as a law is fitted to it."""

import dataclasses

import numpy as np
from scipy import stats

from paceline.forecast._cells import Floats
from paceline.forecast._curve import Curve
from paceline.forecast._law import Law
from paceline.forecast._place import Place

_MOST, _FEWEST = 400, 50
"""Losses of a curve in the fit; of more, means are taken, and of noisy ones fewer."""
_CALM = 0.01
"""The noise of a mean, of the loss, that its bin is made wide for."""
_TRANSIENT = 0.02
"""Of the sum of the rates: before, the loss falls from its first value as no law says."""


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Observed:
    """The logarithm of a curve's losses, and where they were measured."""

    name: str
    logs: Floats
    """[n]."""
    place: Place

    @classmethod
    def of(cls, curve: Curve, law: Law, peak: float, *, share: float = 1.0) -> "Observed":
        """Return the curve's losses after the transient; with `share`, of the first part only."""
        rates = curve.rates / peak
        clock = np.cumsum(rates)
        count = max(2, round(share * len(curve.steps)))
        steps, losses = curve.steps[:count], curve.losses[:count]
        kept = clock[steps] >= _TRANSIENT * clock[-1]
        if kept.sum() >= 2:
            steps, losses = steps[kept], losses[kept]
        bins = np.array_split(np.arange(len(steps)), _bins(np.log(losses)))
        points = np.array([round(steps[each].mean()) for each in bins], dtype=np.int64)
        return cls(
            name=curve.name,
            logs=np.log([losses[each].mean() for each in bins]),
            place=Place.of(law, rates, points),
        )


def _bins(logs: Floats) -> int:
    """Return how many means to take: a batch's loss is skewed, and its logarithm biased."""
    noise = stats.median_abs_deviation(np.diff(logs), scale="normal") / np.sqrt(2)
    width = max(1.0, (noise / _CALM) ** 2)
    return int(min(len(logs), _MOST, max(_FEWEST, len(logs) / width)))

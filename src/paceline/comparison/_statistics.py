"""The numbers of a comparison: estimates with their intervals."""

import dataclasses
import math
from collections.abc import Sequence

import numpy as np
from scipy import stats


@dataclasses.dataclass(frozen=True, kw_only=True)
class Estimate:
    """A mean over seeds with its 95 % interval."""

    mean: float
    low: float
    """NaN where fewer than two values are known, or where a trial diverged."""
    high: float
    count: int
    """How many finite values the mean is over."""


def estimate(values: Sequence[float]) -> Estimate:
    """Return the mean of the finite `values` with Student's t interval.

    mean +- t(0.975, n-1) * s / sqrt(n), with s the standard deviation over n values.

    Args:
        values: one a seed; those that are not finite are left out, and then there is no interval.

    Source: Student, "The Probable Error of a Mean", 1908.

    Example:
        >>> estimate([1.0, 2.0, 3.0])
        Estimate(mean=2.0, low=-0.484..., high=4.484..., count=3)
    """
    array = np.asarray(values, dtype=np.float64)
    finite = array[np.isfinite(array)]
    if not len(finite):
        return Estimate(mean=math.nan, low=math.nan, high=math.nan, count=0)
    mean = float(np.mean(finite))
    if len(finite) < 2 or len(finite) < len(array):
        return Estimate(mean=mean, low=math.nan, high=math.nan, count=len(finite))
    spread = float(np.std(finite, ddof=1)) / math.sqrt(len(finite))
    reach = float(stats.t.ppf(0.975, len(finite) - 1)) * spread
    return Estimate(mean=mean, low=mean - reach, high=mean + reach, count=len(finite))

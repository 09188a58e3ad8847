"""How calm the training was: spikes of the loss."""

import dataclasses
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

_WINDOW = 31
"""Updates before one that say what is usual there."""

_HIGH = 6.0
"""Robust standard deviations; a normal loss is as high once in a billion updates."""

_NORMAL = 1.4826
"""A normal distribution's standard deviation, in MADs."""

_LEAST_SPREAD = 0.01
"""Losses that hardly change, as of full batches, would spike at every change."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class SpikeCount:
    """The spikes in the losses of a variant's trials."""

    trials: int
    """Trials with a spike."""
    per_trial: float
    """Spikes a trial, the mean; NaN without trials."""
    largest: float
    """The highest spike, in robust standard deviations above what was usual; 0 without a spike."""


def spike_count(trials: Sequence[npt.NDArray[np.float64]]) -> SpikeCount:
    """Return how many spikes there are in the losses of trials, and how large the highest is.

    Args:
        trials: of each trial, the loss of every update.
    """
    found = [spikes(losses) for losses in trials]
    return SpikeCount(
        trials=sum(len(heights) > 0 for heights in found),
        per_trial=float(np.mean([len(heights) for heights in found])) if found else math.nan,
        largest=max((float(heights.max()) for heights in found if len(heights)), default=0.0),
    )


def spikes(losses: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return the height of each spike of a loss, in robust standard deviations.

    z_i = (x_i - m_i) / s_i, with x the cube root of the loss, m_i the median of the 31 x before i,
    and s_i 1.4826 times the median of |x - m| over the 31 updates before i, at least 1 % of |m_i|.
    A spike is a run of updates with z > 6 and x above each of the 31 before, as for
    `callbacks.SpikeGuard`; its height is the largest z in it. The cube root makes
    what scatters like a gamma distribution nearly normal, and the loss of a batch does: on the
    loss itself, calm runs of the digits task have ten times as many.

    Args:
        losses: [updates], up to the first that is not finite.

    Source: Iglewicz and Hoaglin, "How to Detect and Handle Outliers", 1993, for the median and the
    MAD; Wilson and Hilferty, 1931, for the cube root.

    Example:
        >>> calm = 1 + 0.1 * np.sin(np.arange(200))
        >>> len(spikes(calm)), len(spikes(np.where(np.arange(200) == 150, 9.0, calm)))
        (0, 1)
    """
    curve = np.asarray(losses, dtype=np.float64)
    wild = np.flatnonzero(~np.isfinite(curve))
    curve = curve[: wild[0]] if len(wild) else curve
    if len(curve) <= 2 * _WINDOW:
        return np.empty(0)
    values = np.cbrt(curve)
    usual = _before(values, ndimage.median_filter)
    aside = values - usual
    spread = _NORMAL * _before(np.abs(aside), ndimage.median_filter)
    heights = aside / np.maximum(spread, np.maximum(_LEAST_SPREAD * np.abs(usual), 1e-12))
    high = (heights > _HIGH) & (values > _before(values, ndimage.maximum_filter))
    heights, high = heights[2 * _WINDOW :], high[2 * _WINDOW :]
    starts = np.flatnonzero(high & ~np.append(False, high[:-1]))
    return np.array([float(run.max()) for run in _runs(heights, high, starts)])


def _before(values: npt.NDArray[np.float64], window: Any) -> npt.NDArray[np.float64]:
    """Return what `window` makes of the 31 values before each; of the first it is of no use."""
    upto = window(values, size=_WINDOW, origin=_WINDOW // 2, mode="nearest")
    return np.append(upto[:1], upto[:-1])


def _runs(
    heights: npt.NDArray[np.float64], high: npt.NDArray[np.bool_], starts: npt.NDArray[np.int64]
) -> list[npt.NDArray[np.float64]]:
    return [heights[start:][: int(np.argmin(np.append(high[start:], False)))] for start in starts]

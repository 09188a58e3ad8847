"""The rules by which people read a rate off a sweep, and the one that was measured to be best."""

from bisect import bisect_left

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]

_BETA = 0.98
_BURST = 3.0
"""The smoothed loss may exceed its smallest by so many times the size of that."""

_WINDOW = 5
_NEAR = 0.9
_BACK = 0.5
"""Decades below the smallest loss at which the band of a sweep ends."""


def smoothed(rates: npt.ArrayLike, losses: npt.ArrayLike) -> tuple[Numbers, Numbers]:
    """Return the part of a sweep's training losses that the familiar rules read, smoothed.

    m_t = 0.98*m_(t-1) + 0.02*loss_t, s_t = m_t / (1 - 0.98^t). It ends before the first loss that
    is not finite and before s exceeds four times its smallest so far.

    Args:
        rates: [updates], increasing.
        losses: [updates], each of its own batch.

    Returns:
        The rates and the smoothed losses, each [fewer updates].

    Example:
        >>> smoothed([0.1, 0.2, 0.3], [2.0, 2.0, float("nan")])[1].tolist()
        [2.0, 2.0]

    Source: Smith, "Cyclical Learning Rates", 2017, section 3.3, as fastai 2 records it.
    """
    at, curve = np.asarray(rates, dtype=np.float64), np.asarray(losses, dtype=np.float64)
    end = _first(~np.isfinite(curve))
    mean, means = 0.0, []
    for step, loss in enumerate(curve[:end].tolist(), start=1):
        mean += (loss - mean) * (1 - _BETA) / (1 - _BETA**step)  # exact where the loss is constant
        means.append(mean)
    found = np.array(means)
    least = np.minimum.accumulate(found)
    end = _first(found - least > _BURST * np.abs(least))
    return at[:end], found[:end]


def valley(rates: npt.ArrayLike, losses: npt.ArrayLike) -> float:
    """Return the rate in the middle of the longest valley.

    The longest strictly decreasing subsequence of the losses has m members and ends at update e;
    the suggestion is rates[e - ceil(m/2)].

    Args:
        rates: [updates], increasing.
        losses: [updates], smoothed; what is not finite is left out.

    Returns:
        The rate, or NaN where no loss is below an earlier one.

    Example:
        >>> valley([1e-4, 1e-3, 1e-2, 1e-1], [4.0, 3.0, 2.0, 9.0])
        0.0001

    Source: fastai 2, `Learner.lr_find`, after an idea from ESRI.
    """
    at, curve = _usable(rates, losses)
    tails: list[float] = []  # of the negated losses: the least end of a subsequence of each length
    longest, end = 1, 0
    for index, value in enumerate((-curve).tolist()):
        place = bisect_left(tails, value)
        tails[place : place + 1] = [value]
        if place + 1 > longest:
            longest, end = place + 1, index
    return float(at[end - -(-longest // 2)]) if longest > 1 else float("nan")


def minimum(rates: npt.ArrayLike, losses: npt.ArrayLike) -> float:
    """Return a tenth of the rate at the smallest loss.

    Args:
        rates: [updates], increasing.
        losses: [updates], smoothed; what is not finite is left out.

    Returns:
        The rate, or NaN where no loss is below the first.

    Example:
        >>> minimum([1e-3, 1e-2, 1e-1], [3.0, 2.0, 9.0])
        0.001

    Source: fastai 2, `Learner.lr_find`, "minimum".
    """
    at, curve = _usable(rates, losses)
    return float(at[np.argmin(curve)] / 10) if _falls(curve) else float("nan")


def steep(rates: npt.ArrayLike, losses: npt.ArrayLike) -> float:
    """Return the rate from which the loss falls fastest per decade.

    rates[i] with the smallest (losses[i+1] - losses[i]) / log10(rates[i+1] / rates[i]). On a
    linear axis of rates, which some tools use, noise at the smallest rates wins.

    Args:
        rates: [updates], increasing.
        losses: [updates], smoothed; what is not finite is left out.

    Returns:
        The rate, or NaN where the loss never falls.

    Example:
        >>> steep([1e-3, 1e-2, 1e-1], [3.0, 2.9, 1.0])
        0.01

    Source: Smith and Topin, "Super-Convergence", 2018; fastai 2, `Learner.lr_find`, "steep".
    """
    at, curve = _usable(rates, losses)
    slopes = np.diff(curve) / np.diff(np.log10(at))
    if not len(slopes) or not slopes.min() < 0:
        return float("nan")
    return float(at[np.argmin(slopes)])


def probe_band(
    rates: npt.ArrayLike, probe: npt.ArrayLike, *, start: float, momentum: float = 0.0
) -> float:
    """Return the middle of the band of rates in which the loss on a fixed probe is near its best.

    With u = log10(rate), s the running median of 5 of the probe losses and D = start - min(s):
    a is the first u with s <= start - 0.9*D, b is half a decade below the u of the smallest s, and
    rate = 10^((a + b)/2). With momentum mu and r decades per update it is multiplied by
    (1 - mu)/(1 - mu*10^-r): in Keras the velocity of SGD holds the rate, so that it lags behind.

    Args:
        rates: [updates], increasing by the same factor.
        probe: [updates], the probe loss after each update; what is not finite counts as infinite.
        start: the probe loss before any update.
        momentum: of Keras' SGD, from 0 to below 1; 0 for every other optimizer.

    Returns:
        The rate, or NaN where the loss never falls below `start`.

    Example:
        >>> u = np.arange(-60, 11) / 10
        >>> losses = np.where(u < 0, 1 + np.minimum(abs(u + 1) / 5, 1), 9)
        >>> f"{probe_band(10**u, losses, start=2.0):.2f}"
        '0.03'

    Source: this project's comparison of range-test rules, 2026, "probe band, corrected for
    momentum lag".
    """
    places = np.log10(np.asarray(rates, dtype=np.float64))
    median = running_median(np.asarray(probe, dtype=np.float64))
    drop = start - median.min(initial=np.inf)
    if not (np.isfinite(drop) and drop > 0):
        return float("nan")
    first = places[_first(median <= start - _NEAR * drop)]
    last = places[np.argmin(median)] - _BACK
    decades = (places[-1] - places[0]) / max(1, len(places) - 1)
    lag = (1 - momentum) / (1 - momentum * 10.0**-decades)
    return float(10 ** ((first + last) / 2) * lag)


def running_median(losses: Numbers) -> Numbers:
    """Return the median of up to 5 neighbours; at the ends there are fewer."""
    if not len(losses):
        return losses
    clean = np.where(np.isfinite(losses), losses, np.inf)
    padded = np.pad(clean, _WINDOW // 2, constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)
    return np.asarray(np.nanquantile(windows, 0.5, axis=1, method="lower"))


def _usable(rates: npt.ArrayLike, losses: npt.ArrayLike) -> tuple[Numbers, Numbers]:
    at, curve = np.asarray(rates, dtype=np.float64), np.asarray(losses, dtype=np.float64)
    kept = np.isfinite(curve) & np.isfinite(at) & (at > 0)
    return at[kept], curve[kept]


def _falls(curve: Numbers) -> bool:
    return len(curve) > 0 and bool(curve.min() < curve[0])


def _first(found: npt.NDArray[np.bool_]) -> int:
    """Return the index of the first that is True, or how many there are."""
    return int(np.argmax(found)) if found.any() else len(found)

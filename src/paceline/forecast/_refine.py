"""A schedule from the gradient norms of a run."""

from typing import Any

import numpy as np
import numpy.typing as npt

from paceline.forecast._thin import thinned
from paceline.schedules import Interpolated, _checks

Numbers = npt.NDArray[np.float64]

_POWER = {"sgd": 2, "adam": 1}
_EXACT_UP_TO = 10_000
_ROUNDING = 1e-13
_CLOSE = 1e-4


def refine(
    gradient_norms: npt.ArrayLike, *, peak: float, optimizer: str = "sgd", tau: float = 0.1
) -> Interpolated:
    """Return the schedule that the gradient norms of a run ask for.

    G are the norms after a median filter over 2*floor(tau*T/2) + 1 updates, w = G^-2 for SGD and
    G^-1 for Adam, and rate(t) = c * w_t * (w_(t+1) + ... + w_T), with c such that the largest rate
    is `peak`. T updates visit T + 1 points; the last, which no update leaves, has the norm of the
    one before: so constant norms give Linear(start=peak, end=0, steps=T), and no update is wasted
    at rate 0. Norms that fall early make a warm-up, norms that rise late a faster decay.

    Of up to 10,000 updates every rate is kept; of more, as few points as are within 1e-4 of the
    peak. `.over(steps)` fits the schedule to another horizon.

    Args:
        gradient_norms: the norm at each update [steps], above 0, in any unit: what
            `callbacks.GradientNorms` records, 2-norms for SGD and 1-norms for Adam.
        peak: the largest rate, above 0.
        optimizer: "sgd", or "adam" for Adam and its kin.
        tau: how much of the run the filter sees at once, from 0 (no filter) to 1.

    Raises:
        ValueError: norms that are not finite and above 0, less than two of them, or no row; a
            number out of its range.
        TypeError: norms that are no numbers.

    Example:
        >>> schedule = refine([8.0] * 20 + [1.0] * 60 + [2.0] * 20, peak=0.1)
        >>> [round(float(schedule(step)), 4) for step in (0, 19, 20, 50, 79, 80, 99, 100)]
        [0.0016, 0.0016, 0.1, 0.0533, 0.0082, 0.0019, 0.0001, 0.0]
        >>> refine([3.0] * 100, peak=0.1)
        Interpolated(points=((0, 0.1), (100, 0.0)))

    Source: Defazio, Cutkosky, Mehta and Mishchenko, "When, Why and How Much? Adaptive Learning Rate
    Scheduling by Refinement", 2023, the refined schedule for SGD and for Adam.
    """
    norms = _checked(gradient_norms)
    peak = _checks.above_zero(peak, owner="refine", name="peak", fix="It is the largest rate.")
    power = _POWER[_checks.choice(optimizer, owner="refine", name="optimizer", known=_POWER)]
    fix = "It is a share of the run, such as 0.1."
    tau = _checks.between(tau, owner="refine", name="tau", least=0, most=1, fix=fix)
    rates = peak * _shape(_filtered(norms, tau), power)
    close = _ROUNDING if len(norms) <= _EXACT_UP_TO else _CLOSE
    steps = thinned(rates, most=close * peak)
    return Interpolated(points=tuple(zip(steps.tolist(), rates[steps].tolist(), strict=True)))


def _filtered(norms: Numbers, tau: float) -> Numbers:
    from scipy.ndimage import median_filter

    width = 2 * int(tau * len(norms) / 2) + 1
    return np.asarray(median_filter(norms, size=width, mode="reflect"))


def _shape(norms: Numbers, power: int) -> Numbers:
    """Return the rates [steps + 1] as factors of the largest; the last is 0."""
    weights = (norms.min() / norms) ** power  # at most 1: constant norms give ones exactly
    ahead = np.append(weights[1:], weights[-1])[::-1].cumsum()[::-1]
    rates = np.append(weights * ahead, 0.0)
    return rates / rates.max()


def _checked(given: npt.ArrayLike) -> Numbers:
    need = "refine needs gradient_norms, one number above 0 for each update"
    fix = "Give it callbacks.GradientNorms().norms."
    found = np.asarray(given)
    if found.dtype.kind not in "iuf":
        raise TypeError(f"{need}; got {_short(given)} ({type(given).__name__}). {fix}")
    if found.ndim != 1 or len(found) < 2:
        raise ValueError(
            f"{need}, two or more of them in one row; got an array of shape {found.shape}. {fix}"
        )
    norms = found.astype(np.float64)
    if len(wrong := np.flatnonzero(~(np.isfinite(norms) & (norms > 0)))):
        step = int(wrong[0])
        rest = f" and {len(wrong) - 1} more" if len(wrong) > 1 else ""
        raise ValueError(
            f"{need}; got {float(norms[step])!r} at step {step}{rest}. Cut a run that diverged "
            f"before it did, gradient_norms[:{step}], and leave out updates without a gradient."
        )
    return norms


def _short(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."

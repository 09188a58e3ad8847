"""More updates for a run that has ended."""

import numpy as np
import numpy.typing as npt

from paceline.forecast._last_iterate import two_sums
from paceline.forecast._rates import rates_of
from paceline.schedules import Chain, Constant, Linear, Schedule, _checks

Numbers = npt.NDArray[np.float64]

_AT_MOST = 20_000
_TRIED = 12
"""Shares of the rest that the decay may take; the best one's neighbours bound the search."""
_LEAST = 0.001
_ROUNDING = 1e-14


def extend(schedule: Schedule, *, steps: int) -> Schedule:
    """Return the finished `schedule` with its decay replaced, so that it lasts `steps` updates.

    It follows `schedule` until its decay begins: go on from the checkpoint of that step. From there
    it holds one rate and then falls to 0 in a line; the rate, at most the peak, and the length of
    the decay are those with the smallest convex bound at the end (see `bound`). The unit of the
    bound is fixed by taking the peak for the best one of the finished run.

    Up to 20,000 updates are all summed, of more as many evenly spaced ones: the bound of the result
    lies within 1e-6 of the smallest.

    Args:
        schedule: of the finished run: some updates at its peak, then a decay or none.
        steps: how many updates it shall last, more than its length.

    Raises:
        TypeError: what is no schedule of Paceline, or no whole number of updates.
        ValueError: no more updates than it has; a schedule that never ends; one that does not stay
            at its peak, so that there is no checkpoint to go on from.

    Example:
        >>> import paceline
        >>> finished = paceline.wsd(peak=1e-3, steps=50_000, warmup=300)
        >>> print(extend(finished, steps=100_000).table())
        segment   from step  to step  from rate    to rate
        Linear            0      299  3.322e-06  0.0009967
        Constant        300   39,999      0.001      0.001
        Linear       40,000   99,999  0.0008658  1.443e-08

    Source: Schaipp et al., "The Surprising Agreement Between Convex Optimization Theory and
    Learning-Rate Scheduling for Large Model Training", 2025, on continued training, which lowers
    the rate or lengthens the decay; here both are chosen together.
    """
    rates = rates_of(schedule, None, owner="extend", name="schedule")
    fix = "Give how many updates it shall last in all, the finished ones included."
    steps = _checks.count(steps, owner="extend", name="steps", fix=fix)
    if steps <= len(rates):
        raise ValueError(
            f"extend needs steps > {len(rates)}, the schedule's length; got steps={steps!r}. {fix}"
        )
    peak = float(rates.max())
    branch = _branch(schedule, rates, peak)
    factor, share = _best(rates / peak, branch, steps)
    left = steps - branch
    decay = min(max(round(share * left), 1), left)
    rate = min(float(f"{factor * peak:.4g}"), peak)
    longer = _trunk(schedule, branch)
    if decay < left:
        longer = longer >> Constant(rate=rate, steps=left - decay)
    return longer >> Linear(start=rate, end=0.0, steps=decay)


def _branch(schedule: Schedule, rates: Numbers, peak: float) -> int:
    """Return the step at which the decay begins; the length if it has none."""
    first, last = np.flatnonzero(rates >= peak * (1 - _ROUNDING))[[0, -1]].tolist()
    if first == last:
        raise ValueError(
            f"extend needs a schedule that stays at its peak, such as wsd, to go on from the end "
            f"of that stretch; got {schedule!r}, which is at its peak at step {first} alone. "
            "Train a new one over the longer horizon."
        )
    return len(rates) if last == len(rates) - 1 else last


def _trunk(schedule: Schedule, branch: int) -> Schedule:
    if branch == schedule.length:
        return schedule
    if isinstance(schedule, Chain) and branch in schedule.boundaries:
        parts = schedule.parts[: schedule.boundaries.index(branch) + 1]
        return parts[0] if len(parts) == 1 else Chain(parts=parts)
    return schedule.cut(branch)


def _best(shape: Numbers, branch: int, steps: int) -> tuple[float, float]:
    """Return the best rate as a factor of the peak, and the share of the rest that decays."""
    from scipy.optimize import minimize_scalar

    area, noise = two_sums(shape, shape**2)
    stride = -(-steps // _AT_MOST)
    trunk = shape[stride // 2 : branch : stride]
    ahead = np.arange(max(round((steps - branch) / stride), 1), 0, -1.0)

    def at(factor: float, share: float) -> float:
        tail = factor * np.minimum(ahead / (share * len(ahead)), 1)
        found = np.concatenate([trunk, tail])
        length, spread = two_sums(found, found**2)
        return area * noise / (stride * length) + spread

    def factor_for(share: float) -> tuple[float, float]:
        best = minimize_scalar(lambda factor: at(factor, share), bounds=(_LEAST, 1))
        return float(best.fun), float(best.x)

    tried = np.linspace(_LEAST, 1, _TRIED)  # of a short run the bound has several valleys
    lowest = int(np.argmin([factor_for(share)[0] for share in tried]))
    ends = tried[max(0, lowest - 1)], tried[min(_TRIED - 1, lowest + 1)]
    found = minimize_scalar(lambda share: factor_for(share)[0], bounds=ends)
    share = min(float(found.x), float(tried[lowest]), key=lambda share: factor_for(share)[0])
    return factor_for(share)[1], share

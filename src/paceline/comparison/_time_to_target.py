"""How fast a variant converges: updates until the target loss, censored where it is never met."""

import dataclasses
import math
from collections.abc import Mapping, Sequence

import numpy as np
from scipy import stats

from paceline.comparison._holm import holm

Steps = Sequence[int | None]
"""By trial, the updates done when the target was first met; None where it never was."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class TimeToTarget:
    """Updates until the target, over the trials of one variant."""

    median: float
    """Infinite where most trials never met the target; NaN without trials."""
    low: float
    """Of the 95 % interval of the median; NaN where there are too few trials for one."""
    high: float
    steps: tuple[int, ...]
    """From 0 to the horizon, the updates at which the share changes between them."""
    share: tuple[float, ...]
    """For each of `steps`, the share of trials that have not met the target by then."""
    reached: int
    count: int


def time_to_target(steps: Steps, *, horizon: int) -> TimeToTarget:
    """Return the median with its interval, and the survival curve.

    Every trial is watched over the same horizon, so that the Kaplan-Meier estimate is the share of
    trials that have not met the target yet; one that diverges before never does. The median is the
    ceil(n / 2)-th of the n sorted times, and its interval is between two order statistics, by the
    binomial distribution: it needs 6 trials.

    Args:
        steps: one a trial.
        horizon: the updates of one training.

    Source: Kaplan and Meier, 1958; Conover, "Practical Nonparametric Statistics", 1999, section
    3.2.

    Example:
        >>> found = time_to_target([40, 60, 60, 80, 80, 100, None], horizon=200)
        >>> found.median, found.low, found.high, found.reached
        (80.0, 40.0, inf, 6)
    """
    times = np.array(sorted(math.inf if step is None else step for step in steps))
    interval = (
        stats.quantile_test(times, q=0, p=0.5).confidence_interval(0.95) if len(times) else None
    )
    reached = times[np.isfinite(times)]
    places = np.unique([0, *reached.astype(np.int64), horizon]) if len(times) else np.empty(0)
    return TimeToTarget(
        median=float(np.quantile(times, 0.5, method="inverted_cdf")) if len(times) else math.nan,
        low=float(interval.low) if interval else math.nan,
        high=float(interval.high) if interval else math.nan,
        steps=tuple(int(place) for place in places),
        share=tuple(float(np.mean(times > place)) for place in places),
        reached=len(reached),
        count=len(times),
    )


def log_rank(steps: Mapping[str, Steps], *, baseline: Steps, horizon: int) -> dict[str, float]:
    """Return the p of the log-rank test of each variant against the baseline, Holm-corrected.

    It compares, at each time at which a trial meets the target, how many of each did with how many
    of each had not yet. It does not use that the trials are paired by seed.

    Args:
        steps: by variant, one a trial.
        baseline: those of the baseline.
        horizon: the updates of one training: where a trial that never met the target was lost from
            sight.

    Returns:
        p by variant, 1 where no trial of either met the target.

    Source: Mantel, 1966; Holm, 1979.

    Example:
        >>> fast, slow = [10, 10, 20, 20], [90, 100, None, None]
        >>> round(log_rank({"fast": fast}, baseline=slow, horizon=100)["fast"], 4)
        0.0084
    """
    base = _censored(baseline, horizon)
    p = {}
    for name, own in steps.items():
        met = any(step is not None for step in [*own, *baseline])
        p[name] = 1.0
        if met and len(own) and len(baseline):
            with np.errstate(invalid="ignore", divide="ignore"):  # both met it at the same time
                found = float(stats.logrank(_censored(own, horizon), base).pvalue)
            p[name] = found if math.isfinite(found) else 1.0
    return holm(p)


def _censored(steps: Steps, horizon: int) -> stats.CensoredData:
    times = [horizon if step is None else step for step in steps]
    return stats.CensoredData.right_censored(times, [step is None for step in steps])

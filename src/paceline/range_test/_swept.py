"""The classical sweep: one training whose rate rises at every update."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from paceline.range_test._curve import RangeTestResult, Suggestion, Sweep
from paceline.range_test._replayed import FLAT, Start, none, strength_of, weakness, width_of
from paceline.range_test._rules import probe_band, running_median

Numbers = npt.NDArray[np.float64]

UPDATES = 200


def swept(
    sweep: Callable[[Numbers], tuple[Numbers, Numbers]],
    replay: Callable[[float, int], float],
    *,
    low: float,
    high: float,
    momentum: float,
) -> RangeTestResult:
    """Return the curve of a sweep, and the middle of the band in which the probe loss is low.

    The rate rises by the same factor at each of 200 updates; see `probe_band` for the suggestion.
    """
    start = Start(loss=replay(low, 0))
    rates = np.geomspace(low, high, UPDATES)
    probe, training = sweep(rates)
    found = Sweep(rates=rates, probe=probe, training=training)
    drop = start.fall(probe) / max(start.size, np.finfo(float).tiny)
    if not np.isfinite(start.loss) or not np.isfinite(probe[0]):
        reason = "The probe loss is not finite at the smallest rate: look at the data and the loss."
        return none(start, problem="not_the_rate", reason=reason, sweep=found)
    if drop < FLAT:
        reason = f"No rate from {low:.3g} to {high:.3g} lowers the probe loss by 1 % in a sweep."
        return none(start, problem="flat", reason=reason, sweep=found)
    losses = running_median(probe)
    best = int(np.argmin(losses))
    if best == len(rates) - 1:
        reason = f"The loss still falls at the largest rate, {high:.3g}. Give a larger high."
        return none(start, problem="low", reason=reason, sweep=found)
    rate = probe_band(rates, probe, start=start.loss, momentum=momentum)
    near, far = width_of(rates, start.clipped(losses), start)
    suggestion = Suggestion(
        rate=rate, low=min(near, rate), high=max(far, rate), drop=drop, strength=strength_of(drop)
    )
    return RangeTestResult(
        start=start.loss,
        replays=(),
        sweep=found,
        suggestion=suggestion,
        reason=weakness(drop),
        problem=None,
        repeats=(rate,),
    )

"""The best peak of one shape from that of another."""

import math

from paceline.forecast._last_iterate import two_sums
from paceline.forecast._rates import rates_of
from paceline.schedules import Schedule


def transfer_peak(from_: Schedule, to: Schedule, *, steps: int | None = None) -> float:
    """Return the factor from the best peak of `from_` to the best peak of `to`.

    factor = peak(to)*c(to) / (peak(from_)*c(from_)), with c the `best_factor` of the convex bound.
    The peaks that the two were given cancel, and so do distance and gradient norm: only shapes and
    lengths count. Multiply by it the peak that you have found for `from_`.

    Args:
        from_: the schedule whose best peak is known.
        to: the schedule whose best peak is wanted; it may be of another length.
        steps: how many updates; None: the length of each. Recipes need it.

    Raises:
        TypeError: what is no schedule of Paceline.
        ValueError: no `steps` for what never ends; rates that are all 0.

    Example:
        >>> from paceline import cosine, wsd
        >>> factor = transfer_peak(wsd(peak=1.0, warmup=0), cosine(peak=1.0), steps=10_000)
        >>> round(factor, 2)
        1.89
        >>> schedule = cosine(peak=round(3e-4 * factor, 6), steps=10_000)

    Source: Schaipp et al., "The Surprising Agreement Between Convex Optimization Theory and
    Learning-Rate Scheduling for Large Model Training", 2025, the transfer of the learning rate
    across schedules.
    """
    return _best_peak(to, steps, "to") / _best_peak(from_, steps, "from_")


def _best_peak(schedule: Schedule, steps: int | None, name: str) -> float:
    rates = rates_of(schedule, steps, owner="transfer_peak", name=name)
    shape = rates / rates.max()
    area, noise = two_sums(shape, shape**2)
    return 1 / math.sqrt(area * noise)

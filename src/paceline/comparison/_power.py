"""How many seeds a comparison needs."""

import math

import numpy as np
from scipy import special

LEVEL = 0.05
"""The chance of a false claim that is allowed."""

_POWER = 0.8
_MOST = 1_000


def fewest_seeds(comparisons: int) -> int:
    """Return the fewest seeds with which a sign-flip test can ever find anything.

    The smallest n with 2 m / 2^n < 0.05, for m comparisons under Holm's correction.

    Example:
        >>> [fewest_seeds(m) for m in (1, 3, 5, 9)]
        [6, 7, 8, 9]
    """
    return math.floor(math.log2(2 * max(1, comparisons) / LEVEL)) + 1


def seeds_needed(mean: float, deviation: float, *, comparisons: int) -> int | None:
    """Return how many seeds would show the observed difference, if it is real, at 80 % power.

    The smallest n, of at least `fewest_seeds`, for which a two-sided paired t test at
    0.05 / comparisons rejects with probability 0.8, when the differences are normal with this mean
    and standard deviation (noncentral t with n - 1 degrees of freedom, noncentrality
    mean * sqrt(n) / deviation). The deviation is itself known from few seeds: take it as a size.

    Returns:
        The count, or None where more than 1,000 would be needed.

    Source: Cohen, "Statistical Power Analysis for the Behavioral Sciences", 1988, chapter 2.

    Example:
        >>> seeds_needed(0.5, 1.0, comparisons=1), seeds_needed(0.0, 1.0, comparisons=1)
        (34, None)
    """
    fewest = fewest_seeds(comparisons)
    if not (math.isfinite(mean) and math.isfinite(deviation)) or mean == 0:
        return None
    if deviation == 0:
        return fewest
    low, high = fewest, _MOST
    if _power(high, abs(mean) / deviation, comparisons) < _POWER:
        return None
    while low < high:  # power grows with n
        middle = (low + high) // 2
        if _power(middle, abs(mean) / deviation, comparisons) < _POWER:
            low = middle + 1
        else:
            high = middle
    return low


def _power(count: int, effect: float, comparisons: int) -> float:
    limit = special.stdtrit(count - 1, 1 - LEVEL / comparisons / 2)
    # SciPy gives NaN where the noncentrality is very large, and the power 1
    missed = special.nctdtr(count - 1, effect * math.sqrt(count), limit)
    return 1.0 - float(np.nan_to_num(missed, nan=0.0))

"""Practically equal: a difference that is shown to be smaller than a margin."""

import math

import numpy as np
import numpy.typing as npt
from scipy import special


def equivalence(differences: npt.NDArray[np.float64], *, margin: float) -> float:
    """Return the p of two one-sided t tests: is the mean difference within +-margin?

    p = max(P(T <= (mean - margin) / (s / sqrt(n))), P(T >= (mean + margin) / (s / sqrt(n)))), with
    T of Student's distribution with n - 1 degrees of freedom. Below 0.05 the 90 % interval of the
    difference lies within the margin.

    Args:
        differences: [n], one a seed.
        margin: above 0, in the unit of the differences, chosen before the run.

    Returns:
        p; NaN where a difference is not finite, there are fewer than two, or there is no margin.

    Source: Schuirmann, "A Comparison of the Two One-Sided Tests Procedure", 1987.

    Example:
        >>> round(equivalence(np.array([0.01, -0.02, 0.0, 0.01]), margin=0.1), 4)
        0.0004
    """
    if len(differences) < 2 or not np.all(np.isfinite(differences)) or not margin > 0:
        return math.nan
    mean = float(np.mean(differences))
    error = float(np.std(differences, ddof=1)) / math.sqrt(len(differences))
    if error == 0:
        return 0.0 if abs(mean) < margin else 1.0
    t = (abs(mean) - margin) / error  # the larger of the two p is that of the nearer end
    return float(special.stdtr(len(differences) - 1, t))

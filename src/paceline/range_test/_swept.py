"""The classical sweep: one training whose rate rises at every update."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from paceline.range_test._curve import RangeTestResult

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
    """Return the curve of a sweep and its suggestion."""
    raise NotImplementedError

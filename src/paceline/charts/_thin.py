"""Which points of a long curve to draw."""

import heapq

import numpy as np
import numpy.typing as npt

_TOLERANCE = 5e-4


def thin(values: npt.ArrayLike, *, most: int = 400) -> npt.NDArray[np.int64]:
    """Return the indices to draw of a curve [n], so that straight lines between them look the same.

    The point farthest from its line, measured vertically, is added first, until every point is
    within 1/2000 of the curve's range. So the first and the last point, corners and both sides of
    a jump stay.

    Args:
        values: [n], one a step. Values that are not finite count as 0.
        most: how many indices to return at most, 2 or more.

    Example:
        >>> thin([1.0, 1.0, 1.0, 0.1, 0.1, 0.1]).tolist()
        [0, 2, 3, 5]

    Source: Ramer, 1972, and Douglas and Peucker, 1973, with the worst segment first.
    """
    curve = np.nan_to_num(np.asarray(values, dtype=np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    if len(curve) <= 2:
        return np.arange(len(curve))
    allowed = float(np.ptp(curve)) * _TOLERANCE
    kept = {0, len(curve) - 1}
    waiting = [_worst(curve, 0, len(curve) - 1)]
    while waiting and len(kept) < most:
        error, first, middle, last = heapq.heappop(waiting)
        if -error <= allowed:
            break
        kept.add(middle)
        heapq.heappush(waiting, _worst(curve, first, middle))
        heapq.heappush(waiting, _worst(curve, middle, last))
    return np.array(sorted(kept))


def _worst(curve: npt.NDArray[np.float64], first: int, last: int) -> tuple[float, int, int, int]:
    """Return (-distance, first, index of the farthest point, last)."""
    line = np.linspace(curve[first], curve[last], last - first + 1)
    distance = np.abs(curve[first : last + 1] - line)
    middle = int(np.argmax(distance))
    return -float(distance[middle]), first, first + middle, last

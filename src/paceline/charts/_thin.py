"""Which points of a long curve to draw."""

import heapq
from itertools import pairwise

import numpy as np
import numpy.typing as npt

_TOLERANCE = 5e-4
_WILD = 0.1
"""The share of the range by which lines may miss a point before columns are drawn."""

_FEWEST = 400
"""Points from which on a curve by columns looks like a curve."""


def thin(values: npt.ArrayLike, *, most: int = 400) -> npt.NDArray[np.int64]:
    """Return the indices to draw of a curve [n], so that straight lines between them look the same.

    The point farthest from its line, measured vertically, is added first, until every point is
    within 1/2000 of the curve's range. So the first and the last point, corners and both sides of
    a jump stay. A curve that goes up and down more often than that is drawn by columns: of each the
    first and last point, the lowest and the highest.

    Args:
        values: [n], one a step. Values that are not finite count as 0.
        most: how many indices to return at most, 2 or more.

    Example:
        >>> thin([1.0, 1.0, 1.0, 0.1, 0.1, 0.1]).tolist()
        [0, 2, 3, 5]

    Source: Ramer, 1972, and Douglas and Peucker, 1973, with the worst segment first; for columns
    Jugel et al., "M4", 2014.
    """
    curve = np.nan_to_num(np.asarray(values, dtype=np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    if len(curve) <= 2:
        return np.arange(len(curve))
    allowed = float(np.ptp(curve)) * _TOLERANCE
    kept = {0, len(curve) - 1}
    waiting = [_worst(curve, 0, len(curve) - 1)]
    while waiting:
        error, first, middle, last = heapq.heappop(waiting)
        if -error <= allowed:
            break
        if len(kept) >= most:
            wild = most >= _FEWEST and -error > _WILD * float(np.ptp(curve))
            return _columns(curve, most // 4) if wild else np.array(sorted(kept))
        kept.add(middle)
        heapq.heappush(waiting, _worst(curve, first, middle))
        heapq.heappush(waiting, _worst(curve, middle, last))
    return np.array(sorted(kept))


def _columns(curve: npt.NDArray[np.float64], columns: int) -> npt.NDArray[np.int64]:
    edges = np.linspace(0, len(curve), columns + 1).astype(np.int64)
    found = [
        index
        for first, end in pairwise(edges.tolist())
        for index in (
            first,
            first + int(np.argmin(curve[first:end])),
            first + int(np.argmax(curve[first:end])),
            end - 1,
        )
    ]
    return np.unique(found)


def _worst(curve: npt.NDArray[np.float64], first: int, last: int) -> tuple[float, int, int, int]:
    """Return (-distance, first, index of the farthest point, last)."""
    line = np.linspace(curve[first], curve[last], last - first + 1)
    distance = np.abs(curve[first : last + 1] - line)
    middle = int(np.argmax(distance))
    return -float(distance[middle]), first, first + middle, last

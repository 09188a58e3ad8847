"""Which of many dots to draw."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt


def thin_dots(
    x: npt.ArrayLike, y: npt.ArrayLike, groups: Sequence[str], *, most: int = 600
) -> npt.NDArray[np.int64]:
    """Return the indices to draw of many dots [n], so that the picture looks much the same.

    Where dots of one group lie close together, by the ranks of `x` and `y`, the one with the least
    `y` stays. So the best dot of each group stays, all along `x`.

    Args:
        x: [n].
        y: [n], less is better; what is not finite is the worst.
        groups: [n], the colour of each.
        most: how many indices to return at most; as many as there are groups, or more.

    Example:
        >>> thin_dots([1, 2, 3, 4], [0.1, 0.2, 0.3, 0.4], ["a"] * 4, most=2).tolist()
        [0, 2]
    """
    count = len(groups)
    if count <= most:
        return np.arange(count)
    heights = np.asarray(y, dtype=np.float64)
    best_first = np.argsort(np.where(np.isfinite(heights), heights, np.inf), kind="stable")
    columns, rows = _ranks(x), _ranks(heights)
    _, group = np.unique(np.asarray(groups), return_inverse=True)
    cells = most
    while True:
        cell = (columns * cells // count) * cells + rows * cells // count
        kept = np.unique((cell * count + group)[best_first], return_index=True)[1]
        if len(kept) <= most:
            return np.sort(best_first[kept])
        cells = max(1, cells * 3 // 4)


def _ranks(values: npt.ArrayLike) -> npt.NDArray[np.int64]:
    ranks = np.empty(np.size(values), dtype=np.int64)
    ranks[np.argsort(np.asarray(values), kind="stable")] = np.arange(len(ranks))
    return ranks

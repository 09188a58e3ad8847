"""A schedule's updates in cells of nearly one rate, so that a long one costs no more to sum."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_JUMP = 0.01
"""A change by this share of the largest rate is a cell of its own."""


def cell_starts(rates: Floats, borders: Ints, *, most: int) -> Ints:
    """Return the first update of each cell: about `most` cells, the borders and the jumps."""
    length = -(-len(rates) // most)
    jumps = np.flatnonzero(abs(np.diff(rates)) > _JUMP * rates.max()) + 1
    found = np.unique(np.concatenate([np.arange(0, len(rates), length), jumps, jumps + 1, borders]))
    return found[(found >= 0) & (found < len(rates))].astype(np.int64)


def fine(points: Ints, longest: int) -> Ints:
    """Return the borders of cells of 1, 2, 4, ... updates, up to the longest, before each point."""
    return (points[:, None] + 1 - np.append(0, 2 ** np.arange(longest.bit_length()))).ravel()

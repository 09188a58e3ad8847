"""A curve by fewer points."""

import numpy as np
import numpy.typing as npt


def thinned(values: npt.NDArray[np.float64], *, most: float) -> npt.NDArray[np.int64]:
    """Return the places of so many `values` that lines between them miss none by over `most`.

    Each round adds, between any two places so far, the value that is missed by most.

    Source: Douglas and Peucker, "Algorithms for the reduction of the number of points", 1973.
    """
    every = np.arange(len(values))
    places = every[[0, -1]]
    while True:
        missed = np.abs(np.interp(every, places, values[places]) - values)
        worst = np.append(np.maximum.reduceat(missed[:-1], places[:-1]), 0.0)
        line = np.searchsorted(places, every, side="right") - 1
        added = every[(missed > most) & (missed == worst[line])]
        if not len(added):
            return places
        places = np.union1d(places, added[np.unique(line[added], return_index=True)[1]])

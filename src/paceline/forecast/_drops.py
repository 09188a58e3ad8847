"""How much the rate falls at each update."""

import numpy as np

from paceline.forecast._cells import Floats


def drops(rates: Floats) -> Floats:
    """Return eta_(k-1) - eta_k for each update k, and 0 until the first at the peak.

    Example:
        >>> drops(np.array([0.5, 1.0, 1.0, 0.75]))
        array([0.  , 0.  , 0.  , 0.25])
    """
    found = np.append(0.0, rates[:-1] - rates[1:])
    found[: np.argmax(rates) + 1] = 0.0
    return found

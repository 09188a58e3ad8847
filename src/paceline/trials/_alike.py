"""Plans of rates that are alike in a stretch, so that they can be trained as one."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Rates = npt.NDArray[np.float32]
"""The rate of every update."""


def alike(plans: Sequence[int], rates: Sequence[Rates], where: slice) -> list[list[int]]:
    """Return the numbers of plans in groups whose `rates` are the same in a stretch."""
    groups: dict[bytes, list[int]] = {}
    for number in plans:
        groups.setdefault(rates[number][where].tobytes(), []).append(number)
    return list(groups.values())

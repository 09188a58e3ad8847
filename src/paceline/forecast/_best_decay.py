"""The decay that ends with the lowest loss."""

from collections.abc import Callable

import numpy as np
from scipy import optimize

from paceline.schedules import Schedule, wsd

_SHAPES = ("linear", "cosine", "one_minus_sqrt")
_TRIED = (0.05, 0.1, 0.2, 0.35, 0.55, 0.8, 1.0)
"""Shares of what the warm-up leaves; the best one's neighbours bound the search."""
_CLOSE = 0.01


def best_decay(
    final: Callable[[Schedule], float], *, peak: float, steps: int, warmup: int
) -> Schedule:
    """Return the warm-up, stable stretch and decay to 0 for which `final` is least."""
    if isinstance(warmup, bool) or not isinstance(warmup, int) or not 0 <= warmup < steps:
        raise ValueError(
            f"best_decay needs warmup, a whole number from 0 to {steps - 1}; got warmup={warmup!r}."
            " Give fewer updates of warm-up, or more steps."
        )
    rest = steps - warmup

    def schedule(share: float, shape: str) -> Schedule:
        decay = max(1, round(share * rest))
        return wsd(peak=peak, steps=steps, warmup=warmup, decay=decay, shape=shape)

    found: list[tuple[float, float, str]] = []
    for shape in _SHAPES:
        coarse = [final(schedule(share, shape)) for share in _TRIED]
        place = int(np.argmin(coarse))
        ends = _TRIED[max(0, place - 1)], _TRIED[min(len(_TRIED) - 1, place + 1)]
        finer = optimize.minimize_scalar(
            lambda share, shape=shape: final(schedule(share, shape)),
            bounds=ends,
            method="bounded",
            options={"xatol": _CLOSE},
        )
        found += [(coarse[place], _TRIED[place], shape), (float(finer.fun), float(finer.x), shape)]
    _, share, shape = min(found)
    return schedule(share, shape)

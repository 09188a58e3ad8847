"""When a loss has jumped, by the median and the MAD of those before it."""

from __future__ import annotations

import collections
import copy
from typing import Self

import numpy as np

_NORMAL = 1.4826
"""A normal distribution's standard deviation, in MADs."""
_KNOWN = 10
"""So many losses tell how far they spread; before, a loss has spread by as much as its median."""
_LEAST_SPREAD = 0.01
"""Of the median: losses that hardly change, as of full batches, would spike at every change."""


class Spikes:
    """Tells for each loss in turn whether there is a spike, and why.

    There is one where a loss is not finite; where losses stay above
    max(largest, median + threshold * spread) of the `window` losses before them, `patience` in a
    row or so many more above than not; and where `window` losses in a row are above `first`.
    """

    def __init__(
        self, *, window: int, threshold: float, patience: int, is_new: bool = False
    ) -> None:
        """Begin without losses; `is_new` where the first will be that of untrained weights."""
        self.window = window
        self.threshold = threshold
        self.patience = patience
        self.first = None if is_new else float("inf")
        self._losses: collections.deque[float] = collections.deque(maxlen=window)
        self._above: list[float] = []
        self._worse = 0

    @property
    def is_calm(self) -> bool:
        """Whether the losses are back at or below the bound."""
        return not self._above

    @property
    def bound(self) -> float:
        """The largest loss that is no part of a spike; infinite before the first loss."""
        if not self._losses:
            return float("inf")
        losses = np.array(self._losses)
        median = float(np.median(losses))
        share = _LEAST_SPREAD if len(losses) >= _KNOWN else 1.0
        mad = float(np.median(np.abs(losses - median)))
        spread = max(_NORMAL * mad, share * abs(median))
        return max(float(losses.max()), median + self.threshold * spread)

    def add(self, loss: float) -> str:
        """Return why there is a spike, now that `loss` was seen; nothing where there is none."""
        if not np.isfinite(loss):
            return f"the loss is {loss}"
        if self.first is None:
            self.first = loss
        self._worse = self._worse + 1 if loss > self.first else 0
        if loss > self.bound:
            self._above.append(loss)
            if len(self._above) >= self.patience:
                return f"the loss stays above {self.bound:.4g}; it is {loss:.4g}"
        else:  # what was above and did not stay there is usual from now on
            self._losses.extend([*self._above[:1], loss])
            del self._above[:1]
        if self._worse >= self.window:
            return f"{self.window} losses in a row are above the first, {self.first:.4g}"
        return ""

    def copy(self) -> Self:
        """Return one that knows the same losses."""
        return copy.deepcopy(self)

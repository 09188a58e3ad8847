"""One quantity that was logged."""

import dataclasses
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Unit = Literal["update", "epoch"]


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Track:
    """One logged quantity: its values, their places, and in which order they were logged.

    With `unit="update"`, place t is the 0-based update t; with `unit="epoch"`, an epoch is at the
    place where it ends (1, 2, ...). NaN is a place that was not logged.

    Args:
        values: [n] as they were logged; what is not finite is a divergence.
        places: [n] where, in the order in which they were logged.
        unit: what places count, "update" or "epoch".
    """

    values: Floats
    places: Floats
    unit: Unit

    def __len__(self) -> int:
        """Return how many values were logged."""
        return len(self.values)

    def by(self, unit: Unit, updates_per_epoch: float) -> "Track":
        """Return the same track in another unit."""
        if unit == self.unit:
            return self
        places = self.places * updates_per_epoch - 1
        if unit == "epoch":
            places = (self.places + 1) / updates_per_epoch
        return dataclasses.replace(self, places=places, unit=unit)

    def where(self, kept: npt.NDArray[np.bool_]) -> "Track":
        """Return the part of the track that is `kept`."""
        return dataclasses.replace(self, values=self.values[kept], places=self.places[kept])


def ends_of_epochs(epochs: Floats) -> Floats:
    """Return where epochs end that count from 0, as Keras logs them, or from 1.

    Fractions say themselves how much was trained.

    Example:
        >>> ends_of_epochs(np.array([0.0, 1.0])), ends_of_epochs(np.array([0.0, 0.5, 1.0]))
        (array([1., 2.]), array([0. , 0.5, 1. ]))
    """
    logged = epochs[np.isfinite(epochs)]
    counts_from_0 = len(logged) > 0 and logged.min() == 0 and not (logged % 1).any()
    return epochs + float(counts_from_0)

"""Where a law is asked for the loss."""

import dataclasses
from typing import Any

import numpy as np

from paceline.forecast._cells import Floats, Ints
from paceline.forecast._law import Law


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Place:
    """Some updates of a schedule, and what a law needs of the schedule up to them."""

    clock: Floats
    """[n] the sum of the rates so far, in updates at the peak."""
    features: Any

    @classmethod
    def of(cls, law: Law, rates: Floats, points: Ints) -> "Place":
        """Return the place after the updates `points` [n] of `rates` [m], in units of the peak."""
        return cls(clock=np.cumsum(rates)[points], features=law.features(rates, points))

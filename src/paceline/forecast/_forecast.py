"""What a law says of a schedule."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from paceline.forecast._cells import Floats, Ints
from paceline.forecast._charts import chart
from paceline.schedules import Schedule

if TYPE_CHECKING:
    import altair


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Forecast:
    """The loss that a fitted law expects under a schedule, and the interval of each value."""

    schedule: Schedule
    rates: Floats
    """[m] of every update."""
    steps: Ints
    """[n] the 0-based updates after which the loss is forecast; the last one ends the run."""
    losses: Floats
    """[n]."""
    low: Floats
    """[n] the lower end of the interval."""
    high: Floats
    """[n] the upper end."""
    level: float
    """The probability with which a logged loss lies in its interval, if the law holds."""
    warnings: tuple[str, ...]
    """Why not to trust it, in sentences."""

    @property
    def final(self) -> float:
        """The loss after the last update."""
        return float(self.losses[-1])

    def chart(self) -> altair.VConcatChart:
        """Return the loss with its interval, above the rates."""
        return chart(None, {"forecast": self})

    def __repr__(self) -> str:
        """Return the loss at the end."""
        return (
            f"<Forecast: {self.final:.4g} after {len(self.rates):,} updates "
            f"({self.level:.0%} interval {self.low[-1]:.4g} to {self.high[-1]:.4g})>"
        )

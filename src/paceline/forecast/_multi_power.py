"""The multi-power law: every drop of the rate lowers the loss, the more the longer ago it was."""

import dataclasses
from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from paceline.forecast._cells import Floats, Ints, cell_starts
from paceline.forecast._drops import drops
from paceline.forecast._law import Law, Parameter

_CELLS = 256
"""The drops within a cell count as two, by Gauss' rule."""
_LEAST_RATE = 1e-3
"""Of the peak: eta^-gamma grows no further below it."""


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class _Features:
    drops: Floats
    """[c] how much the rate falls there."""
    rates: Floats
    """[c] what it falls to."""
    since: Floats
    """[n, c] S_k(t), 0 before it falls."""


class MultiPower(Law):
    """L(t) = L0 + A S(t)^-alpha - B sum_k (eta_(k-1) - eta_k) [1 - (1 + C eta_k^-gamma S_k)^-beta].

    S(t) = eta_0 + ... + eta_t; S_k(t) = eta_k + ... + eta_t. Drops count from the peak on, so that
    a warm-up raises nothing.

    Source: Luo et al., "A Multi-Power Law for Loss Curve Prediction Across Learning Rate
    Schedules", ICLR 2025.
    """

    name = "multi_power"
    shape: ClassVar[Mapping[str, Parameter]] = {
        "C": Parameter(expected=0.01, spread=1.5, low=1e-6, high=10.0),
        "beta": Parameter(expected=0.5, spread=0.5, low=0.02, high=4.0),
        "gamma": Parameter(expected=0.5, spread=0.5, low=0.02, high=1.5),
    }

    def features(self, rates: Floats, points: Ints) -> _Features:
        """Return the drops, and how long ago each was at each point."""
        found, clock = drops(rates), np.cumsum(rates)
        kinks = np.flatnonzero(np.diff(found != 0)) + 1
        starts = cell_starts(rates, np.append(points + 1, kinks), most=_CELLS)
        counts = np.diff(np.append(starts, len(rates)))
        totals = np.add.reduceat(found, starts)
        kept = np.flatnonzero(totals)
        starts, counts = starts[kept], counts[kept]
        middles, off = starts + (counts - 1) / 2, np.sqrt((counts**2 - 1) / 12)
        places = np.concatenate([middles - off, middles + off])
        every = np.arange(len(rates))
        since = clock[points][:, None] - np.interp(places, every, clock - rates)
        reached = points[:, None] >= np.tile(starts, 2)
        return _Features(
            drops=np.tile(totals[kept] / 2, 2),
            rates=np.maximum(np.interp(places, every, rates), _LEAST_RATE),
            since=np.where(reached, since, 0.0),
        )

    def own(self, features: _Features, **shape: float) -> Floats:
        """Return minus what the drops have taken off the loss so far."""
        scales = shape["C"] * features.rates ** -shape["gamma"]
        taken = -np.expm1(-shape["beta"] * np.log1p(scales * features.since))
        return np.asarray(-taken @ features.drops)

    def in_units(self, peak: float, **values: float) -> dict[str, float]:
        """Return B and C for rates whose largest is `peak`."""
        scale = values["C"] * peak ** (values["gamma"] - 1)
        return values | {"B": values["B"] / peak, "C": scale}

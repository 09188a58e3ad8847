"""The multi-power law: every drop of the rate lowers the loss, the more the longer ago it was."""

import dataclasses
from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from paceline.forecast._cells import Floats, Ints
from paceline.forecast._drops import drops
from paceline.forecast._law import Law, Parameter
from paceline.forecast._memory import Memory

_CELLS = 512
_RATIO = 0.1
"""In log rate: as eta^-gamma bends, no cell spans more."""
_LEAST_RATE = 1e-3
"""Of the peak: eta^-gamma grows no further below it."""


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class _Features:
    memory: Memory
    drops: Floats
    """[c] of each cell."""
    so_far: Floats
    """[n] of all updates up to each point."""


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
        """Return the cells' drops and their memory."""
        found, scale = drops(rates), self.shape["C"]
        bands = np.floor(np.log(np.maximum(rates, _LEAST_RATE)) / _RATIO)
        memory = Memory.of(
            rates,
            points,
            slowest=scale.low,
            fastest=scale.high / _LEAST_RATE ** self.shape["gamma"].high,
            cells=_CELLS,
            borders=np.flatnonzero((np.diff(np.sign(found)) != 0) | (np.diff(bands) != 0)) + 1,
        )
        return _Features(memory=memory, drops=memory.totals(found), so_far=np.cumsum(found)[points])

    def own(self, features: _Features, **shape: float) -> Floats:
        """Return minus what the drops have taken off the loss so far."""
        memory, cells = features.memory, np.flatnonzero(features.drops)
        scales = shape["C"] * np.maximum(memory.rates[cells], _LEAST_RATE) ** -shape["gamma"]
        weights = np.zeros((len(features.drops), len(memory.nodes)))
        weights[cells] = features.drops[cells, None] * memory.power_kernel(scales, shape["beta"])
        return np.asarray(memory.remembered(weights).sum(axis=1) - features.so_far)

    def in_units(self, peak: float, **values: float) -> dict[str, float]:
        """Return B and C for rates whose largest is `peak`."""
        scale = values["C"] * peak ** (values["gamma"] - 1)
        return values | {"B": values["B"] / peak, "C": scale}

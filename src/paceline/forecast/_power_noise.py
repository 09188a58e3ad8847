"""The default law: noise that is forgotten by a power of the rates' sum."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from paceline.forecast._cells import Floats, Ints
from paceline.forecast._law import Law, Parameter
from paceline.forecast._memory import Memory

_CELLS = 8192


class _Noise:
    """The noise of a schedule's updates, as each exponential remembers it at each point."""

    def __init__(self, memory: Memory, rates: Floats) -> None:
        self.memory = memory
        self._counts = memory.totals(np.ones_like(rates))
        squares = memory.totals(rates**2) / self._counts
        self._spread = squares / np.maximum(memory.rates**2, np.finfo(float).tiny) - 1
        self._known: dict[float, Floats] = {}

    def remembered(self, rho: float) -> Floats:
        """Return [n, j] of sum_k eta_k^rho; the fit asks for one rho many times."""
        if rho not in self._known:
            if len(self._known) > 1:
                self._known.pop(next(iter(self._known)))
            curved = 1 + rho * (rho - 1) / 2 * self._spread  # of a cell's updates about their mean
            totals = self._counts * self.memory.rates**rho * curved
            self._known[rho] = self.memory.remembered(totals[:, None])
        return self._known[rho]


class PowerNoise(Law):
    """L(t) = L0 + A S(t)^-alpha + B sum_k eta_k^2 (eta_k/P)^(rho-2) beta C (1 + C S_k)^-(beta+1).

    S(t) = eta_0 + ... + eta_t; S_k(t) = eta_k + ... + eta_t; P is the largest rate of the curves.
    The sum is the noise that the updates so far left in the weights, and that progress wears away
    by a power. With rho = 2 it is the noise of SGD on a quadratic in the continuum; with Adam it
    grows more slowly with the rate, so that rho is fitted too. Valid for every schedule, warm-up
    included.

    Source: Li et al., "Functional Scaling Laws in Kernel Regression: Loss Dynamics and Learning
    Rate Schedules", 2025, for the sum of squared rates under a power kernel.
    """

    name = "power_noise"
    shape: ClassVar[Mapping[str, Parameter]] = {
        "C": Parameter(expected=0.1, spread=1.5, low=1e-5, high=1e2),
        "beta": Parameter(expected=0.5, spread=0.3, low=0.02, high=4.0),
        "rho": Parameter(expected=2.0, spread=1.0, low=0.5, high=4.0, log=False),
    }

    def features(self, rates: Floats, points: Ints) -> _Noise:
        """Return the memory of the rates."""
        scale = self.shape["C"]
        memory = Memory.of(rates, points, slowest=scale.low, fastest=scale.high, cells=_CELLS)
        return _Noise(memory, rates)

    def own(self, features: _Noise, **shape: float) -> Floats:
        """Return the noise at each point."""
        scale, beta = shape["C"], shape["beta"]
        kernel = beta * scale * features.memory.power_kernel(scale, beta + 1)
        return np.asarray(features.remembered(shape["rho"]) @ kernel)

    def in_units(self, peak: float, **values: float) -> dict[str, float]:
        """Return B and C for rates whose largest is `peak`."""
        return values | {"B": values["B"] / peak, "C": values["C"] / peak}

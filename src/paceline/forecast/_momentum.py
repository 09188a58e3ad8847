"""The momentum law: the drops of the rate, remembered for some updates, lower the loss."""

import dataclasses
from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from scipy.signal import lfilter

from paceline.forecast._cells import Floats, Ints
from paceline.forecast._drops import drops
from paceline.forecast._law import Law, Parameter


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class _Features:
    drops: Floats
    points: Ints


class Momentum(Law):
    """L(t) = L0 + A S(t)^-alpha - B sum_(i <= t) sum_(k <= i) (eta_(k-1) - eta_k) lambda^(i - k).

    S(t) = eta_0 + ... + eta_t. Drops count from the peak on, so that a warm-up raises nothing. The
    fit varies forgetting = 1 - lambda. (The paper writes C for B.)

    Source: Tissue et al., "Scaling Law with Learning Rate Annealing", 2024.
    """

    name = "momentum"
    shape: ClassVar[Mapping[str, Parameter]] = {
        "forgetting": Parameter(expected=3e-3, spread=1.5, low=1e-7, high=0.9),
    }

    def features(self, rates: Floats, points: Ints) -> _Features:
        """Return the drops."""
        return _Features(drops=drops(rates), points=points)

    def own(self, features: _Features, **shape: float) -> Floats:
        """Return minus what the drops have taken off the loss so far."""
        kept = 1 - shape["forgetting"]
        remembered = lfilter([1.0], [1.0, -kept], features.drops[: features.points[-1] + 1])
        return np.asarray(-np.cumsum(remembered)[features.points])

    def in_units(self, peak: float, **values: float) -> dict[str, float]:
        """Return B for rates whose largest is `peak`, and lambda."""
        kept = 1 - values.pop("forgetting")
        return values | {"B": values["B"] / peak, "lambda": kept}

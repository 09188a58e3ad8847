"""What a range test measured, and what it suggests."""

from __future__ import annotations

import dataclasses
from typing import Literal

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Problem = Literal["flat", "low", "high", "not_the_rate"]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Suggestion:
    """A rate, how sure it is, and how much depends on it.

    Args:
        rate: the suggested peak.
        low: down to this rate, at least nine tenths of the fall are kept.
        high: up to this rate, at least nine tenths of the fall are kept.
        drop: by which share of its size the probe loss fell at the best rate.
        strength: "strong", or "weak" where it fell by less than a tenth.
    """

    rate: float
    low: float
    high: float
    drop: float
    strength: Literal["strong", "weak"]


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Replays:
    """The probe loss after `updates` updates at each of some rates, all from one start."""

    updates: int
    rates: Numbers
    """[rates], increasing."""
    losses: Numbers
    """[rates]; NaN or infinite where the training was lost."""


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Sweep:
    """One training whose rate rises at every update: the classical range test."""

    rates: Numbers
    """[updates], increasing."""
    probe: Numbers
    """[updates]: the probe loss after each update."""
    training: Numbers
    """[updates]: the loss of each update's own batch, before the update."""


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class RangeTestResult:
    """What `paceline.find` measured, and what it suggests.

    Args:
        start: the probe loss before any update.
        replays: of the first repeat: few updates at rates far apart, then more at rates near the
            best. Empty for a sweep.
        sweep: the sweep, or None for replays.
        suggestion: the rate, or None.
        reason: why there is no suggestion, or what to know about it; empty where there is nothing.
        problem: why there is none, in one word: "flat", no rate lowers the loss; "low" or "high",
            the range is too low or too high; "not_the_rate", the loss is not finite at any.
        repeats: the rate that each repeat suggests; NaN where one suggests none.
    """

    start: float
    replays: tuple[Replays, ...]
    sweep: Sweep | None
    suggestion: Suggestion | None
    reason: str
    problem: Problem | None
    repeats: tuple[float, ...]

    @property
    def spread(self) -> float:
        """How far apart the repeats are, in decades; 0 with one."""
        rates = np.array([rate for rate in self.repeats if np.isfinite(rate)])
        return float(np.log10(rates.max() / rates.min())) if len(rates) else float("nan")

"""Does the rate fall too soon, or not at all?"""

import numpy as np

from paceline.health._curves import Floats
from paceline.health._finding import Finding
from paceline.health._reading import Reading, surety
from paceline.health._too_low import slow_fall

_SPENT = 0.01
"""Of the peak: below, a rate changes the weights too little to matter."""
_IDLE = 0.4
"""Of the run: an exponential decay to a thousandth is spent for 33 % of it, a cosine for 7 %."""
_STILL = 0.05
"""Of the fall that the loss may still fall while the rate is spent, and be called flat."""
_SHORT = 0.2
"""The mean rate over the peak: a cosine has 0.5, one that halves every tenth of the run 0.14."""
_HIGH = 0.3
"""Of the peak at the end: decays to a tenth of the peak are common, and stay below."""
_OVER = 0.95
"""Of the horizon: before, the run is not over and its decay may be to come."""


def decays_too_early(reading: Reading) -> Finding | None:
    """Return that the rate is near zero, and the loss flat, for a large part of the run."""
    if reading.rates is None or not reading.falls:
        return None
    return _spent(reading, reading.rates) or _starved(reading, reading.rates)


def _spent(reading: Reading, rates: Floats) -> Finding | None:
    """Return that the rate is near zero for a large part of the run."""
    used = np.flatnonzero(rates >= _SPENT * reading.peak)
    last = int(used[-1]) if len(used) else 0  # spent within the first epoch
    idle = 1 - (last + 1) / len(rates)
    if idle < _IDLE:
        return None
    before = float(np.median(reading.losses[last + 1 :][: reading.tenth]))
    fell = (before - reading.end) / (reading.start - reading.end)
    if fell > _STILL:
        return None
    return _early(
        reading,
        f"from {reading.where(last + 1)} on it is below {100 * _SPENT:.0f} % of its peak "
        f"{reading.peak:.3g}, and in these {100 * idle:.0f} % of the run the loss fell by "
        f"{100 * max(0.0, fell):.1f} % of its whole fall.",
        surety(idle, _IDLE / 2),
        {"idle": idle, "fell": fell},
    )


def _starved(reading: Reading, rates: Floats) -> Finding | None:
    """Return that the rate's mean is small, and the fall took most of the rates' sum."""
    mean = float(rates.mean() / reading.peak)
    slow = slow_fall(reading)
    if mean >= _SHORT or slow is None:
        return None
    return _early(
        reading,
        f"its mean is {100 * mean:.0f} % of its peak {reading.peak:.3g}, and half of the loss's "
        f"fall took {100 * slow[0]:.0f} % of the rates' sum.",
        slow[2],
        {"mean": mean, "half": slow[0]},
    )


def _early(reading: Reading, found: str, confidence: float, evidence: dict[str, float]) -> Finding:
    steps = "steps_per_epoch * epochs"
    if reading.curves.unit == "update":
        steps = f"{reading.places[-1] + 1:.0f}"
    return Finding(
        name="decays_too_early",
        found=f"The rate decays too early: {found}",
        remedy=f"Stretch the decay over the whole run: schedule = schedule.over({steps})",
        confidence=confidence,
        evidence=evidence,
    )


def under_annealed(reading: Reading) -> Finding | None:
    """Return that the rate stays high to the end."""
    if reading.rates is None or not reading.falls:
        return None
    horizon = reading.curves.horizon
    if horizon is not None and reading.places[-1] < _OVER * horizon:
        return None
    peak = reading.peak
    share = float(np.median(reading.rates[-reading.tenth :])) / peak
    if share < _HIGH:
        return None
    swings = reading.noise_of(reading.losses[-2 * reading.tenth :]) / max(reading.end, 1e-12)
    return Finding(
        name="under_annealed",
        found=(
            f"The rate does not decay: it ends at {100 * share:.0f} % of its peak {peak:.3g}, "
            f"where the loss of one {reading.curves.unit} still swings by {100 * swings:.0f} %. "
            "A decay to zero would most likely lower the loss."
        ),
        remedy=f"Let it decay: paceline.wsd(peak={peak:.3g}, decay=0.3)",
        confidence=surety(share, _HIGH / 2),
        evidence={"end_rate": share * peak, "peak": peak, "swings": swings},
    )

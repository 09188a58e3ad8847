"""Is the rate too high, or was it at once too high at the start?"""

import numpy as np

from paceline.health._finding import Finding
from paceline.health._reading import Reading, surety

_JUMP = 1.15
"""Of the first loss: with small batches untrained losses differ by up to 10 %."""
_NOISE = 3.0
"""Standard deviations of one loss that a jump is above, so that tiny batches are no jumps."""
_POOR = 0.25
"""Of the first loss at the end: runs that recover from a jump end well below, at 3 to 16 %."""
_REBOUND = 0.12
"""Of the first loss that the median rises again; good runs rise by 7 % at most, with noise."""
_START = 0.25
"""The share of the run in which a jump tells of the rate: most schedules peak in it."""
_SPIKE = 1.5
"""Of the first loss: what a start without warm-up jumps to, if it does harm."""
_ABRUPT = 0.5
"""Of the peak rate at the first update: below, there is a warm-up."""
_FIRST = 0.01
_FIRST_UPDATES = 10
"""A spike takes some updates to build up, however short the run."""
_ROBUST = 6.0
"""Standard deviations, from the MAD, beyond which a loss is a spike."""


def rate_too_high(reading: Reading) -> Finding | None:
    """Return that the loss jumped, rose again or was not finite, and ended poor."""
    losses = reading.curves.losses
    if not np.isfinite(losses[-1]):
        index = int(np.argmin(np.isfinite(losses)))
        place = reading.words(reading.curves.loss_steps[index])
        return _high(
            f"The loss is not finite from {place} on.",
            0.99,
            {"diverged_at": float(reading.curves.loss_steps[index])},
        )
    first, end = reading.first, reading.end / reading.first
    start = reading.losses[: max(2, int(_START * len(reading.losses)))]
    top = int(np.argmax(start))
    usual = max(first, float(np.median(start)) if reading.curves.unit == "update" else first)
    beyond = max(reading.noise, reading.noise_of(reading.losses[-len(start) :]))
    jump = float(start[top]) / first
    if jump >= _JUMP and end >= _POOR and start[top] > min(usual, jump * first) + _NOISE * beyond:
        return _high(
            f"The loss jumped to {jump:.3g} times its first value at {reading.where(top)}, and "
            f"ended at {100 * end:.0f} % of it.",
            surety(jump - 1, (_JUMP - 1) / 2),
            {"jump": jump, "end": end},
        )
    level = reading.wide_level
    rises = level - np.minimum.accumulate(level)
    rebound = float(rises.max()) / first
    if rebound >= _REBOUND:
        at = int(np.argmax(rises)) + (len(reading.losses) - len(level)) // 2
        return _high(
            f"The loss rose again by {100 * rebound:.0f} % of its first value, up to "
            f"{reading.where(at)} (running median).",
            surety(rebound, _REBOUND / 2),
            {"rebound": rebound, "end": end},
        )
    return None


def _high(found: str, confidence: float, evidence: dict[str, float]) -> Finding:
    return Finding(
        name="rate_too_high",
        found=f"The rate is too high. {found}",
        remedy="Train with a tenth of it: schedule = 0.1 * schedule",
        confidence=confidence,
        evidence=evidence,
    )


def no_warmup(reading: Reading) -> Finding | None:
    """Return that the loss spiked in the first updates, at a rate that began near its peak."""
    if reading.curves.unit != "update" or reading.rates is None:
        return None
    if reading.rates[0] < _ABRUPT * reading.rates.max():
        return None
    count = max(_FIRST_UPDATES, int(_FIRST * len(reading.losses)))
    top = int(np.argmax(reading.losses[:count]))
    spike = float(reading.losses[top]) / reading.first
    away = (float(reading.losses[top]) - reading.first) / max(reading.noise, 1e-12 * reading.first)
    if spike < _SPIKE or away < _ROBUST:
        return None
    return Finding(
        name="no_warmup",
        found=(
            f"There is no warm-up: the first rate is {reading.rates[0]:.3g}, and at "
            f"{reading.where(top)} the loss spiked to {spike:.3g} times its first value."
        ),
        remedy=(
            "Warm up over the first 5 % of the run: "
            f"paceline.cosine(peak={reading.rates.max():.3g}, warmup=0.05)"
        ),
        confidence=surety(spike - 1, _SPIKE - 1),
        evidence={"spike": spike, "first_rate": float(reading.rates[0]), "robust_z": away},
    )

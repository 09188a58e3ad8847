"""Is the rate too high, or was it at once too high at the start?"""

import numpy as np

from paceline.health._curves import Curves
from paceline.health._finding import Finding
from paceline.health._reading import Reading, surety

_JUMP = 1.15
"""Of the first loss: untrained losses of batches of 32 differ by up to 10 %."""
_FAR = 5.0
"""Standard deviations of one loss that a jump is above: in batches of 4 to 8, whose untrained
losses differ more, good runs stay below 4."""
_REBOUND = 0.12
"""Of the first loss that the median rises again; good runs rise by 10 % at most, with noise."""
_STEADY = 6.0
"""Standard deviations of such a median that a rebound is above."""
_AT_WORK = 0.1
"""Of the peak: at a smaller rate a rise of the loss is noise."""
_POOR = 0.25
"""Of the first loss at the end: runs that recover from a jump end well below, at 3 to 20 %."""
_START = 0.25
"""The share of the run in which a jump tells of the rate: most schedules peak in it."""
_SPIKE = 1.5
"""Of the first loss: what a start without warm-up jumps to, if it does harm."""
_ABRUPT = 0.5
"""Of the peak rate at the first update: below, there is a warm-up."""
_CERTAIN, _LIKELY = 0.99, 0.7
"""Of a divergence after losses that were finite, and of one within the first epoch."""
_RECOVERED = 0.8
"""At most for a spike: what else is found did more harm."""
_FIRST = 0.01
_FIRST_UPDATES = 10
"""A spike takes some updates to build up, however short the run."""
_ROBUST = 6.0
"""Standard deviations, from the MAD, beyond which a loss is a spike."""


def diverged(curves: Curves) -> Finding | None:
    """Return that the loss was not finite at the end.

    Raises:
        ValueError: the loss of untrained weights is not finite.
    """
    if np.isfinite(curves.losses[-1]):
        return None
    last = np.flatnonzero(np.isfinite(curves.losses))
    index = int(last[-1]) + 1 if len(last) else 0
    if index == 0 and curves.unit == "update":
        raise ValueError(
            f"diagnose needs a first training loss that is finite; got {curves.losses[0]} from "
            f"{curves.source}. It is not the rate's fault: look at the data and the model."
        )
    place = float(curves.loss_steps[index])
    maybe = "" if index else " Or data or model are the cause: the loss before training tells."
    return _high(
        f"The loss is not finite from {curves.unit} {place:,.0f} on.{maybe}",
        _CERTAIN if index else _LIKELY,
        {"diverged_at": place},
    )


def rate_too_high(reading: Reading) -> Finding | None:
    """Return that the loss jumped or rose again, and ended poor."""
    if reading.first <= 0:
        return None
    end = reading.end / reading.first
    return (_jump(reading, end) or _rebound(reading, end)) if end >= _POOR else None


def _jump(reading: Reading, end: float) -> Finding | None:
    """Return that the loss jumped above the first in the first part of the run."""
    count = max(2, int(_START * len(reading.losses)))
    part = reading.losses[:count]
    top = int(np.argmax(part))
    usual = max(reading.first, float(np.median(part)))
    noise = max(reading.noise, reading.noise_of(reading.losses[-count:]))
    jump = float(part[top]) / reading.first
    if jump < _JUMP or part[top] < usual + _FAR * noise:
        return None
    return _high(
        f"The loss jumped to {jump:.3g} times its first value at {reading.where(top)}, and ended "
        f"at {100 * end:.0f} % of it.",
        surety(jump - 1, (_JUMP - 1) / 2),
        {"jump": jump, "end": end},
    )


def _rebound(reading: Reading, end: float) -> Finding | None:
    """Return that the loss rose again after it had fallen."""
    rebound, at = rebounds(reading)
    if not rebound:
        return None
    return _high(
        f"The loss rose again by {100 * rebound:.0f} % of its first value, up to "
        f"{reading.where(at)} (running median), and ended at {100 * end:.0f} % of it.",
        surety(rebound, _REBOUND / 2),
        {"rebound": rebound, "end": end},
    )


def rebounds(reading: Reading) -> tuple[float, int]:
    """Return by how much the median rose again, at a rate that can be the reason, and where.

    The rise is in units of the first loss, and 0 where it may be noise.
    """
    if reading.first <= 0:
        return 0.0, 0
    level = reading.wide_level
    span = len(reading.losses) - len(level) + 1
    rises = level - np.minimum.accumulate(level)
    if reading.rates is not None:
        rates = reading.rates[span // 2 :][: len(rises)]
        rises = np.where(rates >= _AT_WORK * reading.peak, rises, 0.0)
    at = int(np.argmax(rises))
    rise = float(rises[at]) / reading.first
    noise = reading.noise / np.sqrt(span) / reading.first
    is_real = rise >= _REBOUND and rise >= _STEADY * noise
    return (rise if is_real else 0.0), at + span // 2


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
    if reading.curves.unit != "update" or reading.rates is None or reading.first <= 0:
        return None
    if reading.rates[0] < _ABRUPT * reading.peak:
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
            f"paceline.cosine(peak={reading.peak:.3g}, warmup=0.05)"
        ),
        confidence=min(_RECOVERED, surety(spike - 1, _SPIKE - 1)),
        evidence={"spike": spike, "first_rate": float(reading.rates[0]), "robust_z": away},
    )

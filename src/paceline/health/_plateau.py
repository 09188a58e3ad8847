"""Has the loss stopped falling, or never begun to?"""

import numpy as np
from scipy import stats

from paceline.health._finding import Finding
from paceline.health._reading import Reading, surety

_PART = 0.4
"""Of the run that is flat: less may be the noise of the batches."""
_UNKNOWN_PART = 0.6
"""Of the run where the rate was not logged: its decay makes the last 40 % of good runs flat."""
_STILL = 0.1
"""Of the level: what a flat part may still fall, half of what it falls where the rate decays."""
_SAME = 0.3
"""The last rate over that at the beginning of the part: below, the rate decays."""
_WHOLE = 0.8
"""Of the run: so long a part is flat at a high rate too, so that its decay is no reason."""
_POOR = 0.5
"""Of the loss at the start, that is left then: lower, the training may have reached the end."""
_CHANCE = 0.05
"""The p of Kendall's test below which a fall is no chance."""
_MEDIANS = 20
"""Medians of the flat part that are tested: those of neighbours depend on each other."""

_MEASURE = "Measure which rates lower the loss: print(paceline.find(model, x, y).sketch())"
_LOWER = (
    "Lower the rate when that begins: "
    'paceline.callbacks.ReduceOnPlateau(monitor="loss", factor=0.3, patience=3)'
)


def plateau(reading: Reading) -> Finding | None:
    """Return that the loss did not fall in the last part of the run, or never did."""
    if not reading.falls:
        return Finding(
            name="plateau",
            found=(
                f"The loss never fell: it began at {reading.text(reading.start)} and ended at "
                f"{reading.text(reading.end)}. The curves don't tell whether the rate is "
                "far too high or far too low, or whether something else is wrong."
            ),
            remedy=_MEASURE,
            confidence=0.9,
            evidence={"start": reading.start, "end": reading.end},
        )
    flat = _flat_part(reading)
    if not flat:
        return None
    since = reading.where(int(len(reading.losses) * (1 - flat)))
    rate = "" if reading.rates is None else f", at a rate of {reading.rates[-1]:.3g}"
    unknown = " The rate was not logged." if reading.rates is None else ""
    decayed = _decays(reading, int(flat * len(reading.losses)))
    return Finding(
        name="plateau",
        found=(
            f"The loss is on a plateau: from {since} on, {100 * flat:.0f} % of the run, it "
            f"stays at {reading.text(reading.end)}{rate}.{unknown}"
        ),
        remedy=_MEASURE if decayed else _LOWER,
        confidence=surety(flat, _PART / 2) * (1.0 if reading.rates is not None else 0.7),
        evidence={"flat": flat, "level": reading.end},
    )


def _flat_part(reading: Reading) -> float:
    """Return the largest share of the run, up to its end, in which neither loss nor rate falls."""
    least = _PART if reading.rates is not None else _UNKNOWN_PART
    for part in (_WHOLE, 0.6, 0.4):
        count = int(part * len(reading.losses))
        is_poor = part >= _WHOLE and reading.end >= _POOR * reading.start
        steady = is_poor or not _decays(reading, count)
        if part >= least and steady and _is_flat(reading, count):
            return part
    return 0.0


def _decays(reading: Reading, count: int) -> bool:
    rates = reading.rates
    return rates is not None and bool(rates[-1] < _SAME * rates[-count])


def _is_flat(reading: Reading, count: int) -> bool:
    parts = np.array_split(reading.losses[-count:], min(_MEDIANS, count))
    medians = np.array([np.median(each) for each in parts])
    trend = stats.kendalltau(np.arange(len(medians)), medians)
    third = max(1, len(medians) // 3)
    fell = np.median(medians[:third]) - np.median(medians[-third:])
    falls = trend.statistic < 0 and trend.pvalue < _CHANCE
    return bool(not falls and abs(fell) <= _STILL * reading.end)

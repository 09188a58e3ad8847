"""Does the validation loss rise while the training loss falls?"""

import numpy as np
from scipy import ndimage, stats

from paceline.health._finding import Finding
from paceline.health._reading import Reading, surety

_LEAST = 6
"""Validation losses, so that Kendall's test can reach 5 % after the smallest."""
_RISE = 0.1
"""Of the smallest validation loss: less is the noise of the measurement."""
_SHARE = 0.02
"""Of the fall of the training loss: a loss near zero doubles without a meaning."""
_CHANCE = 0.05
"""The p of Kendall's test below which a trend is no chance."""


def overfitting(reading: Reading) -> Finding | None:
    """Return the place from which the validation loss rises."""
    values, places = reading.curves.validation, reading.curves.validation_steps
    if values is None or places is None or not reading.falls:
        return None
    finite = np.isfinite(values)
    values, places = values[finite], places[finite]
    if len(values) < _LEAST:
        return None
    level = ndimage.median_filter(values, size=3, mode="nearest")
    least = int(np.argmin(level))
    after = values[least:]
    if len(after) < 4:
        return None
    rise = float(np.median(after[-3:])) - float(level[least])
    train = np.interp(places[[least, -1]], reading.places, reading.level + reading.shift)
    trend = stats.kendalltau(np.arange(len(after)), after)
    if (
        rise < max(_RISE * abs(level[least]), _SHARE * (reading.start - reading.end))
        or train[1] >= train[0]
        or not (trend.statistic > 0 and trend.pvalue < _CHANCE)
    ):
        return None
    return Finding(
        name="overfitting",
        found=(
            f"It overfits from {reading.words(places[least])} on: the validation loss rose from "
            f"{level[least]:.3g} to {level[least] + rise:.3g} (Kendall's tau "
            f"{trend.statistic:.2f}), while the training loss fell from {train[0]:.3g} to "
            f"{train[1]:.3g}."
        ),
        remedy=(
            "Stop there and keep the best weights: keras.callbacks.EarlyStopping("
            f"patience={max(2, least // 4)}, restore_best_weights=True)"
        ),
        confidence=surety(rise, _RISE * abs(float(level[least])) / 2),
        evidence={"from": float(places[least]), "rise": rise, "tau": float(trend.statistic)},
    )

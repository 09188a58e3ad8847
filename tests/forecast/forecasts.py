"""Forecasts from two curves that obey a law, fitted once in a process."""

import functools

from forecast.laws import HORIZON, WARMUP, curve

from paceline import cosine, wsd
from paceline.forecast import FittedLaw, Forecasts, fit


@functools.cache
def law() -> FittedLaw:
    return fit([curve("constant", every=60, noise=1e-3), curve("wsd", every=60, noise=1e-3)])


@functools.cache
def forecasts() -> Forecasts:
    longer = {
        "wsd": wsd(peak=0.1, warmup=WARMUP, decay=0.3),
        "cosine": cosine(peak=0.1, steps=2 * HORIZON, warmup=WARMUP),
    }
    return Forecasts(
        law=law(),
        forecasts={name: law().predict(each, steps=2 * HORIZON) for name, each in longer.items()},
    )

"""Range tests as `find` returns them, from numbers that a small network gave."""

import dataclasses

import numpy as np

from paceline.range_test import RangeTestResult, Replays, Suggestion, Sweep

START = 2.4146
COARSE = Replays(
    updates=10,
    rates=np.logspace(-6, 1, 8),
    losses=np.array([2.4146, 2.4143, 2.4118, 2.3878, 2.2260, 1.6107, 1.9241, 23.167]),
)
FINE = Replays(
    updates=40,
    rates=10 ** (-1 + np.array([-2, -1, 0, 1, 2]) / 3),
    losses=np.array([1.1279, 0.4784, 0.2269, 0.2439, 0.8244]),
)
STRONG = Suggestion(rate=0.1090, low=0.0801, high=0.2583, drop=0.906, strength="strong")
NAN = float("nan")


def replayed(**changes):
    """Return a range test with a strong suggestion, with `changes`."""
    usual = RangeTestResult(
        start=START,
        replays=(COARSE, FINE),
        sweep=None,
        suggestion=STRONG,
        reason="",
        problem=None,
        repeats=(STRONG.rate,),
    )
    return dataclasses.replace(usual, **changes)


def swept(**changes):
    """Return a sweep of 200 updates, with `changes`."""
    rates = np.logspace(-6, 1, 200)
    u = np.log10(rates)
    fall = 2.1 / (1 + np.exp(-4 * (u + 1.2)))
    probe = START - fall + np.exp(np.clip(12 * (u - 0.2), -50, 20))
    noise = np.random.default_rng(0).normal(0, 0.08, 200)
    sweep = Sweep(rates=rates, probe=probe, training=probe + noise)
    found = Suggestion(rate=0.0625, low=0.025, high=0.16, drop=0.88, strength="strong")
    return replayed(replays=(), sweep=sweep, suggestion=found, repeats=(found.rate,), **changes)


def flat(**changes):
    """Return a range test that suggests nothing, with `changes`."""
    return replayed(
        replays=(dataclasses.replace(COARSE, losses=np.full(8, START) + 1e-4),),
        suggestion=None,
        problem="flat",
        reason="No rate from 1e-6 to 10 lowers the loss by 1 %. Is the model trained already?",
        repeats=(NAN,),
        **changes,
    )


def lost(**changes):
    """Return a range test whose loss is not finite at any rate, with `changes`."""
    return replayed(
        start=NAN,
        replays=(dataclasses.replace(COARSE, losses=np.full(8, np.inf)),),
        suggestion=None,
        problem="not_the_rate",
        reason="The loss is not finite before any update. Look for NaN in the data.",
        repeats=(NAN,),
        **changes,
    )


ALL = {"replays": replayed, "sweep": swept, "flat": flat, "not the rate": lost}

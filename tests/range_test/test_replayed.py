"""What the replay's rule says on curves that are known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paceline.range_test._replayed import replayed

DEFAULTS = {"low": 1e-6, "high": 10.0, "warm_factor": 1.0}


def valley(best, *, start=2.3, depth=1.0, diverges=30.0):
    """Return a replay whose loss is lowest at `best`, and is lost far above it."""

    def replay(rate, updates):
        if not updates:
            return start
        if rate > diverges * best:
            return float("nan")
        reach = updates / 40
        return start - depth * reach * np.exp(-(np.log10(max(rate, 1e-30) / best) ** 2))

    return replay


@settings(deadline=None)
@given(best=st.floats(-4.5, -0.5), start=st.floats(0.5, 100), share=st.floats(0.2, 0.9))
def test_it_finds_the_lowest_point_of_a_valley(best, start, share):
    found = replayed(valley(10**best, start=start, depth=share * start), **DEFAULTS)
    suggestion = found.suggestion
    assert abs(np.log10(suggestion.rate) - best) < 0.1
    assert suggestion.low < 10**best < suggestion.high
    assert suggestion.strength == "strong"
    assert suggestion.drop == pytest.approx(share, rel=0.05)
    assert found.problem is None
    assert found.reason == ""
    assert [each.updates for each in found.replays] == [10, 40]
    assert [len(each.rates) for each in found.replays] == [8, 5]


@settings(deadline=None, max_examples=30)
@given(best=st.floats(-4, -1), scale=st.floats(1e-3, 1e3), shift=st.floats(0.1, 10))
def test_the_loss_may_have_any_unit(best, scale, shift):
    one = valley(10**best)
    found = replayed(one, **DEFAULTS)
    scaled = replayed(lambda *given: scale * one(*given), **DEFAULTS)
    assert scaled.suggestion.rate == pytest.approx(found.suggestion.rate, rel=1e-6)
    assert scaled.suggestion.drop == pytest.approx(found.suggestion.drop, rel=1e-6)
    moved = replayed(
        lambda rate, n: one(rate / shift, n), low=1e-6 * shift, high=10 * shift, warm_factor=1
    )
    assert moved.suggestion.rate == pytest.approx(shift * found.suggestion.rate, rel=1e-6)


def test_cold_momentum_shifts_the_suggestion():
    cold = replayed(valley(0.1), **{**DEFAULTS, "warm_factor": 0.78})
    warm = replayed(valley(0.1), **DEFAULTS)
    for name in ("rate", "low", "high"):
        assert getattr(cold.suggestion, name) == pytest.approx(
            0.78 * getattr(warm.suggestion, name)
        )


def test_a_small_fall_is_weak():
    found = replayed(valley(0.01, depth=0.1), **DEFAULTS)
    assert found.suggestion.strength == "weak"
    assert found.suggestion.drop == pytest.approx(0.043, rel=0.05)
    assert found.reason == "So little depends on the rate here."


@pytest.mark.parametrize(
    ("replay", "options", "problem", "words"),
    [
        (lambda rate, n: 2.3, {}, "flat", "No rate from 1e-08 to 10 lowers"),
        (valley(0.01, depth=0.01), {}, "flat", "lowers the probe loss by 1 %"),
        (lambda rate, n: 2.3 + min(rate, 1), {}, "flat", "lowers the probe loss by 1 %"),
        (lambda rate, n: float("nan"), {}, "not_the_rate", "before any update"),
        (lambda rate, n: float("inf"), {}, "not_the_rate", "is inf before"),
        (lambda rate, n: 2.3 if not n else float("nan"), {}, "not_the_rate", "even at a rate of 0"),
        (valley(0.01), {"low": 1e-12, "high": 1e-9}, "low", "Give a larger high"),
        (valley(0.01), {"low": 1e-9, "high": 1e-6}, "low", "larger high"),
        (valley(1e-4), {"low": 1e3, "high": 1e6}, "high", "smaller low"),
    ],
)
def test_it_says_when_it_does_not_know_and_why(replay, options, problem, words):
    found = replayed(replay, **{**DEFAULTS, **options})
    assert found.suggestion is None
    assert found.problem == problem
    assert words in found.reason
    assert np.isnan(found.repeats).all()


@pytest.mark.parametrize(("low", "high"), [(1e-6, 1e-3), (0.1, 10)])
def test_a_range_that_ends_near_the_best_is_widened_once(low, high):
    found = replayed(valley(0.02), low=low, high=high, warm_factor=1.0)
    assert found.suggestion.rate == pytest.approx(0.02, rel=0.2)
    assert len(found.replays[0].rates) == 6


def test_a_narrow_range_has_four_rates():
    found = replayed(valley(0.02), low=0.005, high=0.1, warm_factor=1.0)
    assert len(found.replays[0].rates) == 4
    assert found.suggestion.rate == pytest.approx(0.02, rel=0.3)


@pytest.mark.parametrize("best", [-3.0, -2.5, -1.9, -1.5])
def test_a_rate_at_which_the_band_ends_lies_in_it(best):
    found = replayed(valley(10**best, depth=0.05), **DEFAULTS)
    rates = found.replays[-1].rates
    for end, rate in ((found.suggestion.low, rates[0]), (found.suggestion.high, rates[-1])):
        assert end == rate or not np.isclose(end, rate, rtol=1e-12)


def test_a_negative_loss_is_a_loss_like_any_other():
    one = valley(0.01)
    found = replayed(lambda *given: one(*given) - 10, **DEFAULTS)
    assert found.suggestion.rate == pytest.approx(0.01, rel=0.3)
    assert found.suggestion.drop == pytest.approx(1 / 7.7, rel=0.05)

"""The best peak of one shape from that of another: the paper's figures, and the laws of a ratio."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import paceline
from paceline import constant, cosine, linear, wsd
from paceline.forecast import bound, transfer_peak
from paceline.schedules import Tabulated

positive = st.floats(1e-3, 10)
tables = st.lists(st.one_of(st.just(0.0), positive), min_size=1, max_size=30).filter(any)
schedules = tables.map(lambda rates: Tabulated(rates=rates))


@pytest.mark.parametrize("steps", [400, 1600, 6400, 25_600, 100_000])
def test_the_best_peak_of_a_cosine_is_1_9_times_that_of_a_wsd_with_a_decay_of_a_fifth(steps):
    factor = transfer_peak(wsd(peak=1.0, warmup=0), cosine(peak=1.0), steps=steps)
    assert factor == pytest.approx(1.89, abs=0.015)


def test_a_longer_decay_needs_a_higher_peak_by_a_factor_that_hardly_depends_on_the_horizon():
    factors = [
        [
            transfer_peak(wsd(peak=1.0, warmup=0, decay=decay), linear(peak=1.0), steps=steps)
            for decay in (0.1, 0.2, 0.4, 0.6, 0.8)
        ]
        for steps in (1600, 102_400)
    ]
    np.testing.assert_allclose(*factors, rtol=0.01)
    for each in factors:
        assert each == sorted(each, reverse=True)
        assert each[-1] > 1


@given(one=schedules, other=schedules, third=schedules)
def test_it_is_a_ratio(one, other, third):
    assert transfer_peak(one, one) == 1
    there = transfer_peak(one, other)
    assert there * transfer_peak(other, one) == pytest.approx(1)
    assert there * transfer_peak(other, third) == pytest.approx(transfer_peak(one, third))


@given(one=schedules, other=schedules, scale=st.floats(1e-6, 1e6))
def test_the_peaks_that_they_were_given_do_not_matter(one, other, scale):
    expected = pytest.approx(transfer_peak(one, other))
    assert transfer_peak(scale * one, other) == expected
    assert transfer_peak(one, scale * other) == expected


@given(one=schedules, other=schedules)
def test_a_peak_that_was_the_best_becomes_the_best(one, other):
    best = bound(one).best_factor * max(one.rates)
    tuned = (transfer_peak(one, other) * best / max(other.rates)) * other
    assert bound(tuned).best_factor == pytest.approx(1)


def test_a_horizon_four_times_as_long_halves_the_best_peak():
    factor = transfer_peak(linear(peak=1.0, steps=10_000), linear(peak=1.0, steps=40_000))
    assert factor == pytest.approx(0.5, rel=1e-3)
    lower = transfer_peak(constant(peak=1.0, steps=10_000), constant(peak=1.0, steps=40_000))
    assert lower < 0.5


def test_a_warm_up_in_both_is_included():
    factor = transfer_peak(wsd(peak=1.0, warmup=0.05), cosine(peak=1.0, warmup=0.05), steps=10_000)
    assert 1.8 < factor < 1.88


@pytest.mark.parametrize(
    ("from_", "to", "message"),
    [
        (wsd(peak=0.1), cosine(peak=0.1, steps=10), "does not know its horizon yet"),
        (cosine(peak=0.1, steps=10), paceline.constant(peak=0.1), "does not know its horizon yet"),
        (cosine(peak=0.0, steps=10), cosine(peak=0.1, steps=10), "transfer_peak .*got from_="),
        (cosine(peak=0.1, steps=10), cosine(peak=0.0, steps=10), "transfer_peak .*got to="),
        (3e-4, cosine(peak=0.1, steps=10), "needs from_, a schedule of Paceline; got from_=0.0003"),
        (cosine(peak=0.1, steps=10), "cosine", "got to='cosine'.*parse_schedule"),
    ],
)
def test_what_is_wrong_is_said(from_, to, message):
    with pytest.raises((TypeError, ValueError), match=message):
        transfer_peak(from_, to)

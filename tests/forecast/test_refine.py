"""Refined schedules: the formula word for word, and the laws that it must keep."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import paceline
from paceline import load_schedule, refine, save_schedule
from paceline.forecast._thin import thinned
from paceline.schedules import Interpolated, Linear

POWER = {"sgd": 2, "adam": 1}
optimizers = st.sampled_from(["sgd", "adam"])
norms = st.lists(st.floats(1e-3, 1e3), min_size=2, max_size=60).map(np.array)


def by_hand(norms, peak, optimizer, tau):
    """Return the rates [steps + 1] by loops that follow the paper's formula."""
    steps = len(norms)
    half = int(tau * steps / 2)
    mirrored = np.concatenate([norms[:half][::-1], norms, norms[steps - half :][::-1]])
    smooth = [np.median(mirrored[step : step + 2 * half + 1]) for step in range(steps)]
    weights = np.array([*smooth, smooth[-1]]) ** -POWER[optimizer]
    rates = np.array([weights[t] * sum(weights[t + 1 :]) for t in range(steps + 1)])
    return peak * rates / rates.max()


@given(norms=norms, optimizer=optimizers, tau=st.floats(0, 1), peak=st.floats(1e-6, 10))
def test_it_is_the_formula(norms, optimizer, tau, peak):
    schedule = refine(norms, peak=peak, optimizer=optimizer, tau=tau)
    expected = by_hand(norms, peak, optimizer, tau)
    found = schedule(np.arange(len(norms) + 1))
    np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-12 * peak)
    assert found.max() == peak
    assert np.all(found[:-1] > 0)
    assert found[-1] == 0
    assert schedule.length == len(norms)


@given(steps=st.integers(2, 3000), norm=st.floats(1e-30, 1e30), optimizer=optimizers)
def test_constant_norms_give_exactly_a_line(steps, norm, optimizer):
    schedule = refine(np.full(steps, norm), peak=0.3, optimizer=optimizer)
    assert schedule == Interpolated(points=((0, 0.3), (steps, 0.0)))
    line, every = Linear(start=0.3, end=0.0, steps=steps), np.arange(steps + 3)
    np.testing.assert_allclose(schedule(every), line(every), rtol=1e-15, atol=1e-16)
    assert schedule(steps - 1) > 0


@given(norms=norms, scale=st.floats(1e-6, 1e6), optimizer=optimizers)
def test_the_unit_of_the_norms_does_not_matter(norms, scale, optimizer):
    one, other = (refine(each, peak=0.1, optimizer=optimizer) for each in (norms, scale * norms))
    every = np.arange(len(norms) + 1)
    np.testing.assert_allclose(one(every), other(every), rtol=1e-9, atol=1e-13)


@given(norms=norms, optimizer=optimizers)
def test_norms_that_never_fall_give_rates_that_never_rise(norms, optimizer):
    rates = refine(np.sort(norms), peak=0.1, optimizer=optimizer)(np.arange(len(norms) + 1))
    assert np.all(np.diff(rates) <= 1e-14)


@given(norms=norms, optimizer=optimizers)
def test_it_is_a_schedule_like_any_other(norms, optimizer):
    schedule = refine(norms, peak=0.1, optimizer=optimizer)
    assert eval(repr(schedule), {"Interpolated": Interpolated}) == schedule
    assert type(schedule).from_config(schedule.get_config()) == schedule
    longer = schedule.over(3 * len(norms))
    every = np.arange(len(norms) + 1)
    np.testing.assert_allclose(longer(3 * every), schedule(every), rtol=1e-9, atol=1e-14)


@given(values=st.lists(st.floats(0, 1), min_size=2, max_size=80), most=st.floats(0, 0.5))
def test_no_value_of_a_thinned_curve_is_missed_by_more(values, most):
    curve = np.array(values)
    places = thinned(curve, most=most)
    assert places[0] == 0
    assert places[-1] == len(curve) - 1
    every = np.arange(len(curve))
    assert np.abs(np.interp(every, places, curve[places]) - curve).max() <= most


def test_a_warm_up_comes_from_norms_that_fall_and_a_faster_decay_from_norms_that_rise():
    falling = refine(np.concatenate([np.linspace(10, 1, 100), np.ones(900)]), peak=0.1)
    rates = falling(np.arange(1000))
    assert 40 < rates.argmax() < 140
    assert rates[0] < 0.01
    rising = refine(np.concatenate([np.ones(900), np.linspace(1, 10, 100)]), peak=0.1)
    assert rising(950) < Linear(start=0.1, end=0.0, steps=1000)(950)


def test_one_wild_norm_is_filtered_out():
    wild = np.ones(100)
    wild[40] = 1e6
    assert refine(wild, peak=0.1) == refine(np.ones(100), peak=0.1)
    assert refine(wild, peak=0.1, tau=0) != refine(np.ones(100), peak=0.1)


def test_a_million_norms_are_saved_as_a_small_file(tmp_path):
    steps = 1_000_000
    random = np.random.default_rng(0)
    long = np.exp(0.3 * random.normal(size=steps)) * (1 + np.linspace(0, 3, steps) ** 2)
    schedule = refine(long, peak=0.1)
    save_schedule(schedule, tmp_path / "refined.json")
    assert load_schedule(tmp_path / "refined.json") == schedule
    assert (tmp_path / "refined.json").stat().st_size < 300_000
    exact = refine(np.median(long.reshape(1000, 1000), axis=1), peak=0.1).over(steps)
    every = np.arange(0, steps, 997)
    np.testing.assert_allclose(schedule(every), exact(every), atol=0.002)


def test_norms_come_as_lists_whole_numbers_and_float32():
    given = [3, 2, 2, 4, 5]
    expected = refine(np.array(given, dtype=np.float64), peak=0.1)
    for each in (given, tuple(given), np.array(given), np.array(given, dtype=np.float32)):
        assert refine(each, peak=0.1) == expected


def test_it_needs_no_backend_of_its_own():
    code = (
        "import sys, paceline.forecast._refine, paceline; before = set(sys.modules);"
        "paceline.refine([1, 2], peak=1.0);"
        "assert not {'tensorflow', 'torch'} & (set(sys.modules) - before)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "refine" in paceline.__all__


@pytest.mark.parametrize(
    ("norms", "options", "message"),
    [
        ([], {}, r"shape \(0,\)"),
        ([1.0], {}, r"two or more of them in one row; got an array of shape \(1,\)"),
        ([[1.0, 2.0]], {}, r"shape \(1, 2\)"),
        (3.0, {}, r"shape \(\)"),
        ([1.0, 0.0, 2.0], {}, r"above 0.*got 0.0 at step 1\. "),
        ([1.0, 2.0, -1.0], {}, r"got -1.0 at step 2"),
        ([1.0, float("nan"), float("nan")], {}, r"got nan at step 1 and 1 more\. .*norms\[:1\]"),
        ([1.0, 1.0, float("inf")], {}, r"got inf at step 2"),
        (["a", "b"], {}, r"got \['a', 'b'\] \(list\)"),
        ([True, False], {}, r"got \[True, False\]"),
        (None, {}, r"got None \(NoneType\)"),
        ([1, 2], {"peak": 0}, "peak > 0; got peak=0"),
        ([1, 2], {"peak": "a"}, "got peak='a'"),
        ([1, 2], {"optimizer": "adm"}, "from 'sgd', 'adam'; got optimizer='adm'.*adam"),
        ([1, 2], {"optimizer": 3}, "got optimizer=3"),
        ([1, 2], {"tau": -0.1}, "tau from 0 to 1; got tau=-0.1"),
        ([1, 2], {"tau": 1.5}, "got tau=1.5"),
    ],
)
def test_what_is_wrong_is_said(norms, options, message):
    with pytest.raises((TypeError, ValueError), match=message):
        refine(norms, **{"peak": 0.1, **options})

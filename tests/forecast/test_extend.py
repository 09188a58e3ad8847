"""Extending a finished run: the trunk is kept, and no other end has a smaller bound."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import paceline
from paceline.forecast import bound, extend
from paceline.schedules import Constant, Interpolated, Linear


@st.composite
def finished(draw):
    """Return a run that stays at its peak, the step of its decay, and a longer horizon."""
    stable, decay = draw(st.integers(2, 60)), draw(st.integers(0, 40))
    warmup = draw(st.integers(0, 20))
    peak = draw(st.floats(1e-5, 1))
    steps = warmup + stable + decay
    schedule = paceline.wsd(peak=peak, steps=steps, warmup=warmup, decay=decay)
    return schedule, warmup + stable, steps + draw(st.integers(1, 200))


def ends(schedule, branch, peak, steps, factors, decays):
    """Yield the extension of each factor and decay."""
    trunk = schedule.cut(branch)
    for decay in decays:
        for factor in factors:
            tail = Linear(start=factor * peak, end=0.0, steps=int(decay))
            hold = steps - branch - int(decay)
            yield trunk >> (Constant(rate=factor * peak, steps=hold) >> tail if hold else tail)


@settings(max_examples=25)
@given(run=finished())
def test_no_other_rate_and_decay_have_a_smaller_bound(run):
    schedule, branch, steps = run
    peak = max(schedule(np.arange(schedule.length)))
    distance = 1 / bound(schedule).best_factor  # the peak was the best one of the finished run
    found = bound(extend(schedule, steps=steps), distance=distance).end
    factors = np.linspace(0.02, 1, 50)
    decays = np.unique(np.linspace(1, steps - branch, 12).astype(int))
    grid = [
        bound(each, at=[0], distance=distance).end
        for each in ends(schedule, branch, peak, steps, factors, decays)
    ]
    assert found <= min(grid) * (1 + 1e-4)


@given(run=finished())
def test_it_follows_the_finished_schedule_until_its_decay_and_then_falls_to_0(run):
    schedule, branch, steps = run
    longer = extend(schedule, steps=steps)
    trunk, rest = np.arange(branch), np.arange(branch, steps)
    np.testing.assert_array_equal(longer(trunk), schedule(trunk))
    assert longer.length == steps
    assert np.all(np.diff(longer(rest)) <= 0)
    assert longer(branch) <= schedule(branch - 1)
    assert longer(steps - 1) > 0
    assert longer(steps) == 0


@given(run=finished())
def test_it_is_a_schedule_that_pastes_back(run):
    schedule, _, steps = run
    longer = extend(schedule, steps=steps)
    assert paceline.schedules.parse_schedule(repr(longer)) == longer
    assert type(longer).from_config(longer.get_config()) == longer


@given(run=finished(), scale=st.floats(1e-3, 1e3))
def test_the_unit_of_the_rate_does_not_matter(run, scale):
    schedule, _, steps = run
    every = np.arange(steps)
    longer, scaled = extend(schedule, steps=steps), extend(scale * schedule, steps=steps)
    peak = float(longer(every).max())
    np.testing.assert_allclose(scaled(every) / scale, longer(every), rtol=0, atol=2e-3 * peak)


@pytest.mark.parametrize(("times", "factor"), [(2, 0.525), (4, 0.375)])
def test_with_the_decay_of_a_fifth_the_factor_is_that_of_the_paper(times, factor):
    """The paper lowers the rate so far that the peak of the finished run stays the best one."""
    first = paceline.wsd(peak=1.0, steps=4000, warmup=0)
    target = bound(first, at=[0]).best_factor
    horizon = times * 4000
    decay = horizon // 5

    def best_factor(low):
        parts = (
            Constant(rate=low, steps=horizon - 3200 - decay),
            Linear(start=low, end=0.0, steps=decay),
        )
        schedule = Constant(rate=1.0, steps=3200) >> parts[0] >> parts[1]
        return bound(schedule, at=[0]).best_factor

    lows = np.linspace(0.2, 1, 33)  # the grid of the paper's code
    found = lows[np.argmin([abs(best_factor(low) - target) for low in lows])]
    assert found == pytest.approx(factor, abs=0.013)


def test_it_beats_the_naive_extension_and_the_paper_s_two_stages():
    first = paceline.wsd(peak=1.0, steps=4000, warmup=0)
    distance = 1 / bound(first).best_factor
    naive = paceline.wsd(peak=1.0, steps=8000, warmup=0)
    stages = (
        Constant(rate=1.0, steps=3200)
        >> Constant(rate=0.525, steps=3200)
        >> Linear(start=0.525, end=0.0, steps=1600)
    )
    values = [
        bound(each, distance=distance).end for each in (extend(first, steps=8000), stages, naive)
    ]
    assert values == sorted(values)
    assert values[0] < 0.98 * values[1] < 0.93 * values[2]


def test_longer_extensions_go_on_at_a_lower_rate():
    first = paceline.wsd(peak=1e-3, steps=1000, warmup=10)
    rates = [float(extend(first, steps=steps)(800)) for steps in (2000, 4000, 8000, 80_000)]
    assert rates == sorted(rates, reverse=True)
    assert rates[0] == pytest.approx(0.87e-3, rel=0.01)


def test_of_many_updates_only_some_are_summed_and_the_answer_is_the_same():
    found = [
        extend(paceline.wsd(peak=1.0, steps=steps, warmup=0), steps=2 * steps).parts[-1]
        for steps in (10_000, 200_000)
    ]
    assert found[0].start == pytest.approx(found[1].start, rel=3e-3)
    assert [part.steps for part in found] == [12_000, 240_000]


def test_a_run_without_a_decay_is_kept_whole_and_the_rate_is_never_above_its_peak():
    constant = paceline.constant(peak=0.1, steps=100, warmup=9)
    longer = extend(constant, steps=300)
    assert longer.parts[:2] == constant.parts
    assert longer(np.arange(300)).max() == 0.1


def test_a_schedule_that_is_no_chain_is_cut():
    wave = Interpolated(points=((0, 0.0), (10, 0.1), (50, 0.1), (60, 0.0)))
    longer = extend(wave, steps=100)
    assert longer.parts[0] == wave.cut(50)


@pytest.mark.parametrize(
    ("schedule", "steps", "message"),
    [
        (paceline.wsd(peak=0.1), 100, "does not know its horizon yet"),
        (Constant(rate=0.1), 100, "schedule that ends"),
        (
            paceline.wsd(peak=0.1, steps=100),
            100,
            "steps > 100, the schedule.*got steps=100",
        ),
        (paceline.wsd(peak=0.1, steps=100), -5, "got steps=-5"),
        (paceline.wsd(peak=0.1, steps=100), 0.5, "whole number; got steps=0.5"),
        (paceline.wsd(peak=0.0, steps=100), 200, "rate above 0"),
        (paceline.cosine(peak=0.1, steps=100, warmup=10), 200, "at its peak at step 10 alone"),
        (paceline.inverse_sqrt(peak=0.1, steps=100, warmup=10), 200, "stays at its peak"),
        (0.1, 200, r"got schedule=0.1 \(float\)"),
    ],
)
def test_what_is_wrong_is_said(schedule, steps, message):
    with pytest.raises((TypeError, ValueError), match=message):
        extend(schedule, steps=steps)

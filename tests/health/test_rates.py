"""Zeros at the ends, jumps between, rates that float32 loses."""

import pytest
from health.checking import FLAT, names, pasted, the
from hypothesis import given, settings
from hypothesis import strategies as st

import paceline
from paceline.health import check
from paceline.schedules import (
    Constant,
    Cosine,
    Exponential,
    Lambda,
    Linear,
    Piecewise,
    Polynomial,
    Tabulated,
    from_epochs,
)


def test_a_first_update_at_rate_0_is_found():
    schedule = Linear(start=0.0, end=0.1, steps=10) >> Constant(rate=0.1, steps=90)
    finding = the("zero_start", schedule, 100)
    assert "step 0" in finding.found
    assert check(pasted(finding, schedule), steps=100) == []
    endless = Linear(start=0.0, end=0.1, steps=10) >> FLAT
    assert check(pasted(the("zero_start", endless, 100), endless), steps=100) == []


@pytest.mark.parametrize(
    "schedule",
    [
        Linear(start=0.1, end=0.0, steps=99),
        Linear(start=0.1, end=0.0, steps=90) >> Constant(rate=0.0, steps=10),
        Linear(start=0.1, end=0.0, steps=90) >> Constant(rate=0.0),
    ],
)
def test_a_last_update_at_rate_0_is_found(schedule):
    finding = the("zero_end", schedule, 100)
    assert "step 99" in finding.found
    assert check(pasted(finding, schedule), steps=100) == []


def test_a_rate_that_is_always_0_is_found_at_both_ends():
    assert names(Constant(rate=0.0), 100) == ["zero_start", "zero_end"]


def test_a_zero_inside_the_run_is_none_at_its_ends():
    assert check(Cosine(start=0.1, end=0.0, steps=50).repeat(times=2), steps=100) == []
    assert check(Tabulated(rates=(0.1, 0.01, 0.0, 0.01)), steps=4) == []


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        (Piecewise(boundaries=(500,), rates=(0.1, 0.001)), "0.1 (step 499) to 0.001 (step 500)"),
        (Piecewise(boundaries=(500,), rates=(0.1, 0.001)), "100 times down"),
        (Piecewise(boundaries=(500,), rates=(0.001, 0.1)), "100 times up"),
        (Piecewise(boundaries=(1, 2), rates=(0.1, 0.001, 0.00001)), "It is the first of 2."),
        (Piecewise(boundaries=(500, 600), rates=(0.1, 0.0, 0.001)), "straight to 0"),
        (Constant(rate=0.1, steps=999) >> Constant(rate=0.0099, steps=1), "(step 999)"),
    ],
)
def test_a_jump_is_found_and_bridged(schedule, words):
    finding = the("jump", schedule, 1000)
    assert words in finding.found
    bridged = pasted(finding, schedule)
    assert bridged.length == schedule.length
    places = [f.found for f in check(bridged, steps=1000) if f.name == "jump"]
    assert finding.found not in places
    assert len(places) <= (1 if "first of" in finding.found else 0)


def test_every_step_of_a_million_is_looked_at():
    def dip(step, ops):
        return ops.where(step == 678_901, 0.001, 0.1)

    finding = the("jump", Lambda(function=dip), 10**6)
    assert "(step 678901)" in finding.found


@pytest.mark.parametrize(
    "schedule",
    [
        paceline.step_decay(peak=0.1, steps=1000, factor=0.1),
        paceline.step_decay(peak=0.3, steps=1000, factor=0.1, at=(100, 200, 300, 400)),
        Cosine(start=0.1, end=0.0, steps=100).repeat(),
        Cosine(start=0.1, end=0.0, steps=100).repeat(growth=1.5, scale=0.7),
        Cosine(start=0.1, end=1e-6, steps=500) >> Cosine(start=0.1, end=1e-6, steps=500),
        Polynomial(start=0.1, end=0.0, steps=1000, power=9.0),
        Linear(start=1e-9, end=0.1, steps=50) >> Constant(rate=0.1, steps=950),
        Exponential(start=0.1, factor=0.11, every=1).clip(floor=1e-9),
    ],
)
def test_a_restart_a_fall_to_a_tenth_and_a_slope_are_no_jumps(schedule):
    assert "jump" not in names(schedule, 1000)


def test_a_fall_to_0_from_a_low_rate_is_no_jump():
    schedule = Piecewise(boundaries=(100, 200, 300), rates=(0.1, 0.01, 0.0, 0.01))
    assert "jump" not in names(schedule, 1000)


@pytest.mark.parametrize(
    ("schedule", "step"),
    [
        (Piecewise(boundaries=(123_456_789,), rates=(0.1, 0.001)), 123_456_789),
        (from_epochs(lambda epoch: 0.1 if epoch < 7 else 0.001, epochs=10,
                     steps_per_epoch=10**8), 7 * 10**8),
        (paceline.wsd(peak=0.1, steps=10**9 - 1, decay=0) >> Constant(rate=0.001, steps=1),
         10**9 - 1),
    ],
)  # fmt: skip
def test_a_jump_in_a_run_of_a_billion_steps_is_found_at_its_edge(schedule, step):
    assert f"(step {step})" in the("jump", schedule, 10**9).found


@pytest.mark.parametrize(
    "recipe",
    [
        paceline.wsd(peak=0.1),
        paceline.restarts(peak=0.1),
        paceline.one_cycle(peak=0.1),
        paceline.polynomial(peak=0.1, power=4.0),
    ],
)
def test_a_clean_run_of_a_billion_steps_has_no_findings(recipe):
    assert check(recipe, steps=10**9) == []


@settings(max_examples=settings.default.max_examples // 2, deadline=None)
@given(
    rates=st.lists(st.sampled_from([1.0, 0.3, 0.1, 0.03, 0.01, 1e-3]), min_size=3, max_size=6),
    wide=st.sampled_from([10, 10**3, 10**6]),
)
def test_a_staircase_jumps_where_it_falls_or_rises_to_a_new_peak_by_more_than_ten(rates, wide):
    bounds = tuple(wide * number for number in range(1, len(rates)))
    schedule = Piecewise(boundaries=bounds, rates=tuple(rates), steps=wide * len(rates))
    jumps = [
        late
        for late in range(1, len(rates))
        if rates[late - 1] / rates[late] > 10.1
        or (rates[late] / rates[late - 1] > 10.1 and rates[late] > max(rates[:late]))
    ]
    found = [f.found for f in check(schedule, steps=wide * len(rates)) if f.name == "jump"]
    assert len(found) == bool(jumps)
    if jumps:
        assert f"(step {jumps[0] * wide})" in found[0]


def test_a_rate_below_the_smallest_normal_float32_is_found():
    schedule = Exponential(start=0.1, factor=0.1, every=10)
    finding = the("underflow", schedule, 1000)
    assert "1e-38 at step 370" in finding.found
    assert "1.175e-38" in finding.found
    assert check(pasted(finding, schedule), steps=1000) == []


def test_a_schedule_that_lies_below_float32_altogether_needs_larger_rates():
    assert "larger rates" in the("underflow", Constant(rate=1e-40), 1000).remedy


@pytest.mark.parametrize("rate", [1.2e-38, 1e-30])
def test_a_rate_that_float32_can_hold_is_not_found(rate):
    assert check(Constant(rate=rate), steps=1000) == []

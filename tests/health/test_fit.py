"""The length and the warm-up against the run."""

import pytest
from health.checking import CLEAN, FLAT, names, pasted, the

import paceline
from paceline.health import check
from paceline.schedules import Constant, InverseSqrt, Linear


@pytest.mark.parametrize(("steps", "words"), [(2000, "stays at 0"), (500, "go on to 0")])
def test_a_schedule_that_is_not_as_long_as_the_run_is_found(steps, words):
    finding = the("length", CLEAN, steps)
    assert "lasts 1000 updates" in finding.found
    assert f"the run {steps}" in finding.found
    assert words in finding.found
    assert check(pasted(finding, CLEAN), steps=steps) == []


def test_a_schedule_without_an_end_is_as_long_as_any_run():
    assert check(InverseSqrt(start=0.1, timescale=100), steps=12345) == []


def test_a_warmup_that_outlasts_the_run_is_found():
    finding = the("warmup", CLEAN, 40)
    assert "step 39, 0.0007843" in finding.found
    assert "0.001, by step 50" in finding.found
    assert check(pasted(finding, CLEAN), steps=40) == []


@pytest.mark.parametrize(
    "schedule",
    [
        paceline.warmup(peak=0.1, steps=100),
        paceline.warmup(peak=0.1, steps=100) >> paceline.cosine(peak=0.1, steps=900),
        Linear(start=0.01, end=0.1, steps=200).held(every=10),
    ],
)
def test_a_warmup_as_long_as_the_run_is_found(schedule):
    finding = the("warmup", schedule, 100)
    assert "warmup" not in names(pasted(finding, schedule), 100)


def test_a_warmup_before_a_schedule_without_an_end_is_found():
    schedule = Linear(start=0.001, end=0.1, steps=500) >> InverseSqrt(start=0.1, timescale=500)
    assert "well before step 300" in the("warmup", schedule, 300).remedy


def test_the_warmup_of_a_recipe_that_outlasts_the_run_is_found():
    (finding,) = check(paceline.wsd(peak=0.1, warmup=500), steps=300)
    assert finding.name == "warmup"
    assert "warm-up of 500 updates" in finding.found
    assert "run of 300 updates" in finding.found


def test_a_recipe_that_does_not_fit_otherwise_is_found_too():
    (finding,) = check(paceline.step_decay(peak=0.1, at=(400,)), steps=300)
    assert finding.name == "length"
    assert "at=(400,)" in finding.found


@pytest.mark.parametrize(
    "schedule",
    [
        CLEAN,
        FLAT,
        paceline.cosine(peak=0.1, steps=2000),
        paceline.cyclic(peak=0.1, steps=1000),
        paceline.warmup(peak=0.1, steps=999) >> Constant(rate=0.1),
    ],
)
def test_a_warmup_that_ends_before_the_run_is_none(schedule):
    assert "warmup" not in names(schedule, 1000)

"""A run that is well has no findings; what can't be checked is refused with a way out."""

import os
import subprocess
import sys

import keras
import numpy as np
import pytest
from health.checking import CLEAN, the, trained
from hypothesis import given, settings
from hypothesis import strategies as st

import paceline
from paceline.health import check
from paceline.schedules import Cosine

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def test_a_clean_schedule_in_its_optimizer_has_no_findings():
    assert check(CLEAN, steps=1000) == []
    assert check(CLEAN, steps=1000, optimizer=keras.optimizers.Adam(CLEAN)) == []


def test_it_is_there_as_paceline_check():
    assert paceline.check is check


def test_a_recipe_is_made_for_the_run_and_then_is_the_optimizers_schedule():
    optimizer = keras.optimizers.Adam(CLEAN)
    assert check(paceline.wsd(peak=1e-3), steps=1000, optimizer=optimizer) == []


def test_a_finding_prints_as_two_lines_the_finding_and_the_remedy():
    finding = the("length", paceline.cosine(peak=0.1, steps=100), 200)
    assert str(finding).split("\n") == [
        "The schedule lasts 100 updates, the run 200: for the last 100 updates the rate stays at "
        "0.",
        "Fit its shape to the run: schedule.over(200)",
    ]


def test_a_finding_does_not_change():
    with pytest.raises(AttributeError, match="cannot assign"):
        the("length", CLEAN, 2000).name = "other"


def test_an_optimizer_is_left_as_it_was():
    optimizer = keras.optimizers.AdamW(CLEAN, gradient_accumulation_steps=2)
    trained(optimizer)
    before = [keras.ops.convert_to_numpy(variable).copy() for variable in optimizer.variables]
    config = optimizer.get_config()
    check(CLEAN, steps=1000, optimizer=optimizer)
    after = [keras.ops.convert_to_numpy(variable) for variable in optimizer.variables]
    for early, late in zip(before, after, strict=True):
        np.testing.assert_array_equal(early, late)
    assert optimizer.get_config() == config


@pytest.mark.parametrize(
    ("schedule", "parts"),
    [
        (keras.optimizers.schedules.CosineDecay(0.1, 10), ["(CosineDecay)", "paceline.from_keras"]),
        (0.1, ["got schedule=0.1 (float)", "Constant(rate=...)"]),
        (None, ["got schedule=None (NoneType)"]),
        ("cosine", ["got schedule='cosine' (str)"]),
        (Cosine, ["Cosine", "(type)"]),
    ],
)
def test_what_is_no_schedule_is_named_with_a_way_out(schedule, parts):
    with pytest.raises(TypeError) as caught:
        check(schedule, steps=100)
    assert str(caught.value).startswith("check needs schedule")
    for part in parts:
        assert part in str(caught.value)


@pytest.mark.parametrize("steps", [0, -5, 100.0, True, None, "100", 2**60])
def test_a_bad_count_of_steps_is_named_with_a_way_out(steps):
    with pytest.raises((TypeError, ValueError)) as caught:
        check(CLEAN, steps=steps)
    assert f"got steps={steps!r}" in str(caught.value)
    assert "paceline.count_steps" in str(caught.value)


@pytest.mark.parametrize(
    ("optimizer", "way"),
    [
        ("adam", "keras.optimizers.Adam(learning_rate=schedule)"),
        (0.1, "keras.optimizers.Adam(learning_rate=schedule)"),
        (keras.optimizers.SGD, "SGD(learning_rate=schedule)"),
        (keras.Sequential([keras.Input((1,))]), "model.optimizer"),
    ],
)
def test_what_is_no_optimizer_is_named_with_a_way_out(optimizer, way):
    with pytest.raises(TypeError) as caught:
        check(CLEAN, steps=100, optimizer=optimizer)
    assert f"got optimizer={optimizer!r} ({type(optimizer).__name__})" in str(caught.value)
    assert way in str(caught.value)


def test_a_recipe_inside_another_schedule_says_that_it_has_no_horizon():
    with pytest.raises(ValueError, match="does not know its horizon yet"):
        check(0.5 * paceline.wsd(peak=0.1), steps=100)


RECIPES = st.sampled_from(
    [
        paceline.cosine,
        paceline.exponential,
        paceline.flat_cosine,
        paceline.linear,
        paceline.one_cycle,
        paceline.polynomial,
        paceline.restarts,
        paceline.rex,
        paceline.step_decay,
        paceline.tanh,
        paceline.wsd,
    ]
)


@settings(max_examples=settings.default.max_examples // 2, deadline=None)
@given(recipe=RECIPES, peak=st.floats(1e-6, 10), steps=st.integers(100, 10**9))
def test_no_recipe_has_a_finding_over_its_own_horizon(recipe, peak, steps):
    assert check(recipe(peak=peak), steps=steps) == []
    assert check(recipe(peak=peak, steps=steps), steps=steps) == []


def test_it_imports_no_backend_but_keras_own():
    code = "import sys, paceline.health; assert 'tensorflow' not in sys.modules"
    environment = {**os.environ, "KERAS_BACKEND": "jax"}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)

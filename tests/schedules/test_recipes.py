import numpy as np
import pytest

from paceline.schedules import (
    Constant,
    Recipe,
    constant,
    cosine,
    exponential,
    linear,
    one_cycle,
    step_decay,
    wsd,
)

ALL = [constant, cosine, exponential, linear, one_cycle, step_decay, wsd]


@pytest.mark.parametrize("recipe", ALL)
def test_a_recipe_bound_later_is_the_schedule_made_at_once(recipe):
    waiting = recipe(peak=0.1)
    assert isinstance(waiting, Recipe)
    assert waiting.over(200) == recipe(peak=0.1, steps=200)
    assert waiting.over(200).length == 200


@pytest.mark.parametrize("recipe", [constant, cosine, exponential, linear, step_decay, wsd])
def test_a_warm_up_wastes_no_update_at_rate_zero(recipe):
    schedule = recipe(peak=1.0, steps=100, warmup=4)
    np.testing.assert_allclose(schedule(np.arange(5)), [0.2, 0.4, 0.6, 0.8, 1.0])


@pytest.mark.parametrize("recipe", ALL)
def test_a_fraction_is_a_share_of_the_steps(recipe):
    assert recipe(peak=0.1, steps=200, warmup=0.29) == recipe(peak=0.1, steps=200, warmup=58)


@pytest.mark.parametrize("recipe", ALL)
@pytest.mark.parametrize("none", [0, 0.0])
def test_zero_means_no_warm_up(recipe, none):
    assert recipe(peak=0.1, steps=200, warmup=none)(0) > 0
    assert recipe(peak=0.1, steps=200, warmup=none) == recipe(peak=0.1, steps=200, warmup=0)


def test_wsd_warms_up_holds_and_decays():
    schedule = wsd(peak=1.0, steps=100, warmup=0.05, decay=0.2, floor=0.1)
    np.testing.assert_array_equal(schedule(np.arange(5, 80)), 1.0)
    assert schedule(80) == 1.0
    assert schedule(90) == pytest.approx(0.55)
    assert schedule(100) == 0.1


def test_wsd_without_warm_up_and_decay_is_a_fixed_rate():
    assert wsd(peak=0.1, steps=50, warmup=0, decay=0) == Constant(rate=0.1, steps=50)


def test_a_warm_up_may_fill_all_steps():
    for recipe in (constant, cosine, exponential, linear):
        assert recipe(peak=0.1, steps=10, warmup=10).length == 10


def test_one_cycle_rises_and_falls():
    schedule = one_cycle(peak=1.0, steps=100)
    assert schedule(0) == pytest.approx(0.04)
    assert schedule(30) == 1.0
    assert schedule(100) == pytest.approx(4e-6)


def test_step_decay_drops_at_steps_and_at_fractions():
    schedule = step_decay(peak=1.0, steps=100, factor=0.5, at=(40, 0.75), warmup=10)
    np.testing.assert_allclose(schedule(np.array([39, 40, 74, 75])), [1.0, 0.5, 0.5, 0.25])


def test_an_exponential_recipe_decays_once_over_all_steps():
    assert exponential(peak=1.0, steps=100, factor=0.01)(100) == pytest.approx(0.01)


def test_recipes_are_equal_when_their_arguments_are():
    assert wsd(peak=0.5) == wsd(peak=np.float64(0.5))
    assert hash(step_decay(peak=0.5, at=[0.5])) == hash(step_decay(peak=0.5, at=(0.5,)))
    assert wsd(peak=0.5) != cosine(peak=0.5)


def test_a_recipe_is_shown_as_it_was_written():
    assert repr(wsd(peak=np.float64(0.5), warmup=10)) == "wsd(peak=0.5, warmup=10)"


@pytest.mark.parametrize(
    "use",
    [
        lambda recipe: recipe(0),
        lambda recipe: recipe.length,
        lambda recipe: recipe.get_config(),
        lambda recipe: 0.5 * recipe,
        lambda recipe: recipe >> Constant(rate=0.1),
        lambda recipe: Constant(rate=0.1, steps=5) >> recipe >> Constant(rate=0.1),
    ],
)
def test_a_recipe_without_steps_says_how_to_bind_it(use):
    with pytest.raises(ValueError, match=r"wsd\(peak=0.1\) does not know its horizon.*\.over\("):
        use(wsd(peak=0.1))

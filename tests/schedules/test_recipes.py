import functools

import numpy as np
import pytest

import paceline.schedules
from paceline.schedules import (
    Constant,
    Recipe,
    constant,
    cosine,
    exponential,
    linear,
    step_decay,
    wsd,
)

NEEDS = {"noam": {"model_dim": 64}, "power": {"peak": 0.1, "batch_size": 8}}
NO_RECIPES = ("count_steps", "parse_schedule", "scale_peak", "warmup")
ALL = [
    functools.partial(getattr(paceline.schedules, name), **NEEDS.get(name, {"peak": 0.1}))
    for name in paceline.schedules.__all__
    if name[0].islower()
    and name not in NO_RECIPES
    and not name.endswith(("_schedule", "_keras", "_epoch", "_epochs"))
]


def name_of(recipe):
    return getattr(recipe, "func", recipe).__name__


@pytest.mark.parametrize("recipe", ALL, ids=name_of)
def test_a_recipe_bound_later_is_the_schedule_made_at_once(recipe):
    waiting = recipe()
    assert isinstance(waiting, Recipe)
    assert waiting.over(200) == recipe(steps=200)
    assert waiting.over(200).length == 200


@pytest.mark.parametrize("recipe", [constant, cosine, exponential, linear, step_decay, wsd])
def test_a_warm_up_wastes_no_update_at_rate_zero(recipe):
    schedule = recipe(peak=1.0, steps=100, warmup=4)
    np.testing.assert_allclose(schedule(np.arange(5)), [0.2, 0.4, 0.6, 0.8, 1.0])


@pytest.mark.parametrize("recipe", [each for each in ALL if name_of(each) != "cyclic"], ids=name_of)
def test_a_fraction_is_a_share_of_the_steps(recipe):
    assert recipe(steps=200, warmup=0.19) == recipe(steps=200, warmup=38)


@pytest.mark.parametrize(
    "recipe", [each for each in ALL if name_of(each) not in {"cyclic", "noam"}], ids=name_of
)
@pytest.mark.parametrize("none", [0, 0.0])
def test_zero_means_no_warm_up(recipe, none):
    assert recipe(steps=200, warmup=none)(0) > 0
    assert recipe(steps=200, warmup=none) == recipe(steps=200, warmup=0)


def test_a_warm_up_may_fill_all_steps():
    for recipe in (constant, cosine, exponential, linear):
        assert recipe(peak=0.1, steps=10, warmup=10).length == 10


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

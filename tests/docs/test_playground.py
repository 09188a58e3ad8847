"""The playground computes Paceline's own rates, and writes the line that makes them."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paceline.schedules import parse_schedule

FOLDER = Path(__file__).parents[2] / "docs" / "playground"
COMPUTE = """([recipe, places]) => {
    const controls = Object.entries(Recipes.recipes[recipe].controls);
    const values = Object.fromEntries(
        controls.map(([name, {values}], number) => [name, values[places[number] % values.length]]));
    const given = Recipes.settings(values);
    const edges = Formulas.segments(recipe, given).flatMap(({start}) => [start - 1, start]);
    const even = Array.from({length: 400}, (_, part) => Math.round(part / 399 * given.steps));
    const steps = [...edges, ...even, given.steps - 1, given.steps + 5].filter(step => step >= 0);
    return {line: Recipes.line(recipe, values), steps, rates: Formulas.rates(recipe, given, steps)};
}"""
AT_FIRST = """recipe => Object.values(Recipes.recipes[recipe].controls)
    .map(({values, first}) => values.indexOf(first))"""


@pytest.fixture(scope="module")
def page(browser):
    opened = browser.new_page()
    for name in ("formulas.js", "recipes.js"):
        opened.add_script_tag(content=(FOLDER / name).read_text(encoding="utf-8"))
    return opened


@pytest.fixture(scope="module")
def recipes(page) -> list[str]:
    return page.evaluate("Object.keys(Recipes.recipes)")


def agree(page, recipe: str, places: list[int]) -> str:
    made = page.evaluate(COMPUTE, [recipe, places])
    line = made["line"].removeprefix("paceline.")
    ours = parse_schedule(line)(np.array(made["steps"]))
    np.testing.assert_allclose(made["rates"], ours, rtol=1e-6, atol=1e-300, err_msg=line)
    return line


@given(data=st.data())
@settings(deadline=None)
def test_the_curve_is_that_of_the_line_to_paste(page, recipes, data) -> None:
    recipe = data.draw(st.sampled_from(recipes), label="recipe")
    place = st.integers(0, 100)
    agree(page, recipe, data.draw(st.lists(place, min_size=7, max_size=7), label="places"))


def test_every_recipe_begins_with_a_value_of_each_of_its_sliders(page, recipes) -> None:
    for recipe in recipes:
        first = page.evaluate(AT_FIRST, recipe)
        assert min(first) >= 0, recipe
        assert agree(page, recipe, first).startswith(f"{recipe}(peak=0.01, steps=10_000")


def test_the_recipes_are_those_that_need_no_epochs(recipes) -> None:
    assert {"wsd", "cosine", "linear", "one_cycle", "step_decay", "exponential"} <= set(recipes)
    assert {"inverse_sqrt", "constant", "polynomial", "restarts"} <= set(recipes)

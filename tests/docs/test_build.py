"""The parts of the build of the docs."""

import dataclasses

import pytest
from _build import docstring, markdown
from _build.example import drawn
from _build.names import Name, public_names
from _build.picture import draw, same

from paceline.schedules import Chain, Cosine, Linear, cosine


def with_example(name: str, example: str) -> Name:
    found = public_names()[name]
    return dataclasses.replace(found, doc=dataclasses.replace(found.doc, example=example))


def test_a_docstring_falls_into_its_parts() -> None:
    found = docstring.parse(
        """A line: with p = step/n, rate = p*end.

        A note, with `end=1.0` in it. The rate = `end` later.

        Args:
            end: the rate
                at the end: 0 or more.

        Raises:
            ValueError: below 0.

        Example:
            >>> if True:
            ...     1
            1

        Source: Somebody, 2020,
        equation 1.
        """
    )
    assert found == docstring.Docstring(
        summary="A line.",
        formula=("With p = step/n, rate = p*end", "The rate = end later"),
        notes=("A note, with `end=1.0` in it.",),
        arguments={"end": "the rate at the end: 0 or more."},
        errors={"ValueError": "below 0."},
        example=">>> if True:\n...     1\n1",
        source="Somebody, 2020, equation 1.",
    )


def test_a_long_formula_breaks_after_a_comma_outside_of_parentheses() -> None:
    assert markdown.wrapped(["a = f(x, " + "y" * 80 + "), b = c, d = " + "e" * 40]) == (
        "a = f(x, " + "y" * 80 + "), b = c,\n    d = " + "e" * 40
    )


def test_the_page_of_a_class_draws_the_first_schedule_of_the_class() -> None:
    line = "a = Linear(start=0.0, end=0.1, steps=10)\n"
    then = (
        ">>> a >> a\nLinear(start=0.0, end=0.1, steps=10) >> Linear(start=0.0, end=0.1, steps=10)"
    )
    example = f">>> from paceline.schedules import Linear\n>>> {line}{then}"
    found = drawn(with_example("Chain", example))
    assert found is not None
    assert isinstance(found.schedule, Chain)
    assert found.code == "a >> a"


def test_the_page_of_a_recipe_draws_what_the_example_makes_first() -> None:
    found = drawn(with_example("cosine", ">>> waiting = cosine(peak=0.1)\n>>> cosine\n<...>"))
    assert found is not None
    assert found.schedule == cosine(peak=0.1, steps=1000)
    assert found.code == "cosine(peak=0.1)"


def test_an_example_without_a_schedule_draws_nothing() -> None:
    assert drawn(with_example("count_steps", ">>> 1 + 1\n2")) is None


def test_an_example_that_prints_something_else_is_refused() -> None:
    with pytest.raises(ValueError, match=r"example of cosine says that 1 \+ 1 prints\n3\nbut"):
        drawn(with_example("cosine", ">>> 1 + 1\n3"))


def test_pictures_differ_by_curve_and_words_only() -> None:
    straight = draw(Linear(start=0.1, end=0.0, steps=100), caption="a")
    bent = draw(Cosine(start=0.1, end=0.0, steps=100), caption="a")
    assert same(straight, straight.replace("translate(", "translate(1"))
    assert not same(straight, bent)
    assert not same(straight, draw(Linear(start=0.2, end=0.0, steps=100), caption="a"))
    assert not same(straight, draw(Linear(start=0.1, end=0.0, steps=100), caption="b"))

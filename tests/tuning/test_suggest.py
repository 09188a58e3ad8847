import math

import pytest

from paceline.tuning._families import FAMILIES
from paceline.tuning._space import space_around
from paceline.tuning._suggest import suggest

SPACE = space_around(0.1, tuple(FAMILIES))


def tried(family: str, count: int):
    return [
        (point, abs(math.log10(point.peak / 0.3))) for point in SPACE.sobol(family, count, seed=0)
    ]


@pytest.mark.parametrize("family", FAMILIES)
def test_the_same_trials_give_the_same_suggestions(family: str) -> None:
    known = tried(family, 12)
    first = suggest(SPACE, family, known, count=3, seed=5)
    assert suggest(SPACE, family, known, count=3, seed=5) == first
    assert suggest(SPACE, family, known, count=3, seed=6) != first
    assert all(point.family == family for point in first)


def test_suggestions_go_where_it_was_good() -> None:
    points = suggest(SPACE, "cosine", tried("cosine", 40), count=20, seed=0)
    near = [abs(math.log10(point.peak / 0.3)) for point in points]
    spread = [value for _, value in tried("cosine", 40)]
    assert sum(near) / len(near) < 0.7 * sum(spread) / len(spread)


def test_trials_that_diverged_and_points_that_are_outside_are_borne() -> None:
    known = [(point, math.inf) for point, _ in tried("wsd", 6)]
    narrow = space_around(1.0, ["wsd"])
    assert len(suggest(SPACE, "wsd", known, count=2, seed=0)) == 2
    assert all(point.peak >= narrow.low for point in suggest(narrow, "wsd", known, count=4, seed=0))


def test_without_trials_there_are_suggestions_too() -> None:
    assert len(suggest(SPACE, "linear", [], count=2, seed=0)) == 2

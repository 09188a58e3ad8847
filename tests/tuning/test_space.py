import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paceline.schedules import parse_schedule
from paceline.tuning._families import FAMILIES, LEAST_UPDATES, shortened
from paceline.tuning._space import Space, space_around

SPACE = space_around(0.2, tuple(FAMILIES))
PLACES = st.lists(st.floats(0, 1), min_size=4, max_size=4)


def at(space: Space, family: str, places: tuple[float, ...]):
    parameters = space.parameters(family)
    return space.point(
        family,
        {
            name: item.at(place)
            for (name, item), place in zip(parameters.items(), places, strict=False)
        },
    )


@pytest.mark.parametrize("family", FAMILIES)
def test_every_corner_is_a_schedule_even_over_the_fewest_updates(family: str) -> None:
    for places in itertools.product((0.0, 0.5, 1.0), repeat=4):
        for horizon in (LEAST_UPDATES, LEAST_UPDATES + 1, 449):
            schedule = at(SPACE, family, places).schedule.over(horizon)
            rates = schedule(np.arange(horizon))
            assert schedule.length == horizon
            assert np.isfinite(rates).all()
            assert (rates >= 0).all()


@given(st.sampled_from(sorted(FAMILIES)), PLACES)
def test_a_schedule_is_read_back_from_its_expression(family: str, places: list[float]) -> None:
    recipe = at(SPACE, family, tuple(places)).schedule
    assert parse_schedule(repr(recipe)) == recipe


@given(st.sampled_from(sorted(FAMILIES)), PLACES)
def test_a_point_is_inside_and_stays_itself(family: str, places: list[float]) -> None:
    point = at(SPACE, family, tuple(places))
    assert SPACE.low <= point.peak <= SPACE.high
    assert SPACE.point(family, {"peak": point.peak, **dict(point.parameters)}) == point
    for name, distribution in SPACE.distributions(family).items():
        value = {"peak": point.peak, **dict(point.parameters)}[name.removeprefix(f"{family}.")]
        assert distribution._contains(distribution.to_internal_repr(value))


@pytest.mark.parametrize("family", FAMILIES)
def test_sobol_points_are_the_first_of_more_and_denser_near_the_middle(family: str) -> None:
    few, many = SPACE.sobol(family, 3, seed=1), SPACE.sobol(family, 64, seed=1)
    assert few == many[:3]
    assert len(set(many)) == 64
    assert SPACE.sobol(family, 3, seed=2) != few
    away = [abs(np.log10(point.peak / 0.2)) for point in many]
    assert np.mean(np.array(away) < 0.25) == pytest.approx(0.5, abs=0.05)


def test_an_edge_is_seen_and_widened_once_as_far_again() -> None:
    assert (SPACE.low, SPACE.high) == (0.02, 2.0)
    assert [SPACE.edge(peak) for peak in (0.02, 0.2, 2.0)] == ["low", None, "high"]
    assert SPACE.widened("low").low == 0.002
    assert SPACE.widened("high").high == 20.0


def test_numbers_are_written_in_three_digits() -> None:
    assert [shortened(value) for value in (0.123456, 12345.6, 1e-7)] == [0.123, 12300.0, 1e-7]

import numpy as np
import pytest

from paceline.schedules import Constant, Linear, Piecewise, constant, cosine, wsd
from paceline_cli._schedule_values import LONGEST, draw


def test_recipes_are_bound_to_the_longest_length() -> None:
    first, second = draw({"a": cosine(peak=1.0), "b": wsd(peak=1.0, steps=50)}, steps=None, rows=3)
    assert first.schedule == cosine(peak=1.0, steps=50)
    assert len(first.rates) == len(second.rates) == 50


def test_steps_bind_recipes_and_cut_or_hold_the_others() -> None:
    drawn = draw({"a": cosine(peak=1.0), "b": constant(peak=1.0, steps=5)}, steps=20, rows=3)
    assert [each.length for each in drawn] == [20, 5]
    assert drawn[1].rates.tolist() == [1.0] * 20


def test_without_a_length_anywhere_a_thousand_steps_are_drawn() -> None:
    (drawn,) = draw({"a": Constant(rate=0.1)}, steps=None, rows=2)
    assert len(drawn.rates) == 1000
    assert drawn.length is None


def test_the_rates_are_those_of_every_update() -> None:
    schedule = wsd(peak=0.1, steps=30, warmup=5, decay=10)
    (drawn,) = draw({"a": schedule}, steps=None, rows=4)
    assert np.array_equal(drawn.rates, [schedule(step) for step in range(30)])
    assert drawn.peak == (0.1, 5)
    assert drawn.floor == (float(schedule(29)), 29)


def test_the_rows_are_round_steps_the_last_update_and_the_boundaries() -> None:
    chain = Linear(start=0.0, end=1.0, steps=15) >> 0.5 * Piecewise(
        boundaries=(20, 200), rates=(1.0, 0.5, 0.2), steps=85
    )
    (drawn,) = draw({"a": chain}, steps=None, rows=5)
    assert drawn.rows == (0, 15, 25, 35, 50, 75, 99)


def test_more_boundaries_than_a_table_holds_are_left_out() -> None:
    pieces = Piecewise(boundaries=range(1, 900), rates=[0.1] * 900)
    (drawn,) = draw({"a": pieces}, steps=None, rows=5)
    assert drawn.rows == (0, 250, 500, 750, 999)


@pytest.mark.parametrize("rows", [2, 11, 10**12])
def test_a_horizon_of_one_step_has_one_row(rows: int) -> None:
    (drawn,) = draw({"a": constant(peak=1.0)}, steps=1, rows=rows)
    assert drawn.rows == (0,)


def test_a_horizon_too_long_to_draw_is_an_error_that_says_so() -> None:
    with pytest.raises(ValueError, match=f"--steps {LONGEST}"):
        draw({"a": constant(peak=1.0, steps=LONGEST + 1)}, steps=None, rows=2)

"""The rate between two logged ones is what a piecewise linear schedule would have."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from paceline.forecast._every_rate import EveryRate, every_rate
from paceline.logs import Track
from paceline.schedules import Constant, wsd

RATES = st.floats(1e-6, 1.0)


def read(places, values, *, steps: int, warmup=None, by_epoch: bool = False) -> EveryRate:
    track = Track(
        values=np.asarray(values, dtype=float),
        places=np.asarray(places, dtype=float),
        unit="update",
    )
    return every_rate(track, steps=steps, warmup=warmup, by_epoch=by_epoch, source="a.csv")


@given(
    corners=st.lists(RATES, min_size=2, max_size=6),
    each=st.integers(1, 40),
    spans=st.lists(st.integers(2, 5), min_size=5, max_size=5),
)
def test_a_piecewise_linear_rate_is_recovered_from_a_few_of_its_updates(
    corners: list[float], each: int, spans: list[int]
) -> None:
    ends = each * np.concatenate([[0], np.cumsum(spans[: len(corners) - 1])])
    rates = np.interp(np.arange(ends[-1] + 1), ends, corners)
    places = np.arange(0, ends[-1] + 1, each)
    found = read(places, rates[places], steps=len(rates))
    np.testing.assert_allclose(found.rates, rates, rtol=1e-9)
    assert (found.unlogged, found.notes) == (0, ())


@given(
    levels=st.lists(RATES, min_size=1, max_size=6),
    each=st.integers(1, 40),
    by_epoch=st.booleans(),
)
def test_a_rate_of_steps_jumps_where_the_new_one_was_logged_or_where_its_epoch_begins(
    levels: list[float], each: int, by_epoch: bool
) -> None:
    assume((np.abs(np.diff(levels)) > 0.01 * np.maximum(levels[1:], levels[:-1])).all())
    stage = 3 * each
    first = each - 1 if by_epoch else 0
    rates = np.repeat(levels, stage)
    places = np.arange(first, len(rates), each)
    found = read(places, rates[places], steps=len(rates), by_epoch=by_epoch)
    np.testing.assert_array_equal(found.rates, rates)
    assert found.unlogged == first


@given(length=st.integers(1, 300), each=st.integers(1, 50), late=st.integers(0, 60))
def test_a_warm_up_that_was_not_logged_is_that_of_the_recipes(
    length: int, each: int, late: int
) -> None:
    rates = wsd(peak=0.3, steps=1000, warmup=length, decay=100)(np.arange(1000))
    places = np.arange(length + late, 1000, each)
    found = read(places, rates[places], steps=int(places[-1]) + 1, warmup=length)
    np.testing.assert_allclose(found.rates[: length + late], rates[: length + late], rtol=1e-9)
    assert (found.unlogged, found.notes) == (0, ())


def test_a_warm_up_that_was_logged_in_part_goes_on_to_its_peak() -> None:
    rates = wsd(peak=0.3, steps=1000, warmup=100, decay=100)(np.arange(1000))
    places = np.arange(25, 1000, 25)
    found = read(places, rates[places], steps=976, warmup=100)
    np.testing.assert_allclose(found.rates[:100], rates[:100], rtol=1e-9)


def test_a_jump_between_places_that_are_far_apart_is_told() -> None:
    places, values = np.arange(0, 1000, 100), np.repeat([1.0, 0.1], 5)
    found = read(places, values, steps=901)
    np.testing.assert_array_equal(found.rates, np.repeat([1.0, 0.1], [500, 401]))
    (note,) = found.notes
    assert "jumps somewhere between the updates 400 and 500" in note
    assert "schedule=" in note
    assert read(np.arange(10), values, steps=10).notes == ()


def test_first_and_last_rates_that_were_not_logged_are_told() -> None:
    found = read([500, 600], [0.1, 0.1], steps=701)
    np.testing.assert_array_equal(found.rates, Constant(rate=0.1)(np.arange(701)))
    assert found.unlogged == 500
    after, before = found.notes
    assert "end 100 updates before the losses" in after
    assert "first 500 updates" in before
    assert "warmup=" in before


def test_rates_that_are_none_are_refused_or_told() -> None:
    found = read([0, 1, 2], [0.1, np.nan, 0.3], steps=3)
    np.testing.assert_allclose(found.rates, [0.1, 0.2, 0.3])
    assert "1 of 3 rates of a.csv, which are no number" in found.notes[0]
    np.testing.assert_array_equal(read([0, 1], [1e3, 1e3], steps=2).rates, [1e3, 1e3])
    with pytest.raises(ValueError, match="has none that is a number"):
        read([0, 1], [np.nan, np.nan], steps=2)
    for wrong in (-0.1, np.inf):
        with pytest.raises(ValueError, match=f"has {wrong:g} at update 1"):
            read([0, 1], [0.1, wrong], steps=2)
    with pytest.raises(ValueError, match="has that of update 0"):
        read([0, 1], [0.1, 0.1], steps=2, warmup=10)
    with pytest.raises(ValueError, match="warmup > 0"):
        read([5, 6], [0.1, 0.1], steps=7, warmup=0)

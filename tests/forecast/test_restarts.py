"""Of what a resumed training logged twice, the last counts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paceline.forecast._restarts import last_run
from paceline.logs import Track


def track(places) -> Track:
    places = np.asarray(places, dtype=float)
    return Track(values=np.arange(len(places), dtype=float), places=places, unit="update")


@given(
    runs=st.lists(st.tuples(st.integers(0, 500), st.integers(1, 400)), min_size=1, max_size=8),
    rows=st.just(1000),
)
def test_the_last_value_of_each_place_that_a_later_run_reached_again(runs, rows: int) -> None:
    written: dict[int, int] = {}
    places = [*range(rows)]
    for start, count in runs:
        places += range(start, start + count)
    for value, place in enumerate(places):
        if value and place <= places[value - 1]:
            written = {old: row for old, row in written.items() if old < place}
        written[place] = value
    found, _ = last_run(track(places), source="a.csv")
    assert dict(zip(found.places, found.values, strict=True)) == written
    assert (np.diff(found.places) > 0).all()


def test_a_restart_and_a_step_that_is_there_twice_are_told() -> None:
    same, nothing = last_run(track([0, 5, 10]), source="a.csv")
    assert (list(same.values), nothing) == ([0, 1, 2], [])
    found, (note,) = last_run(track([0, 10, 20, 30, 20, 30, 40]), source="a.csv")
    assert list(found.values) == [0, 1, 4, 5, 6]
    assert "go back from 30 to 20" in note
    assert "2 of 7 values" in note
    found, (note,) = last_run(track([0, 10, 10, 20]), source="a.csv")
    assert list(found.values) == [0, 2, 3]
    assert "1 of 4 values of a.csv, at a step that is logged again" in note


def test_rows_in_no_order_are_refused() -> None:
    for places in ([30, 20, 10], np.random.default_rng(0).permutation(50)):
        with pytest.raises(ValueError, match=r"go back \d+ times.*Sort the rows"):
            last_run(track(places), source="a.csv")

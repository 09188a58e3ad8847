import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paceline.charts import thin_dots

NUMBERS = st.floats(allow_nan=True, allow_infinity=True, width=32)


@given(
    st.lists(st.tuples(NUMBERS, NUMBERS, st.sampled_from("abc")), max_size=60), st.integers(3, 60)
)
def test_at_most_so_many_are_kept_in_their_order_and_all_where_they_are_few(dots, most):
    x, y, groups = map(list, zip(*dots, strict=True)) if dots else ([], [], [])
    kept = thin_dots(x, y, groups, most=most).tolist()
    assert kept == sorted(set(kept))
    assert set(kept) <= set(range(len(dots)))
    assert len(kept) == len(dots) if len(dots) <= most else 0 < len(kept) <= most


def test_the_best_of_every_group_stays_and_so_do_the_ends_of_what_is_seen():
    noise = np.random.default_rng(0)
    x, y = noise.lognormal(size=10_000), noise.lognormal(size=10_000)
    groups = np.array(list("abcdefgh"))[noise.integers(8, size=10_000)]
    kept = thin_dots(x, y, groups.tolist(), most=500)
    assert len(kept) > 250
    for name in "abcdefgh":
        own = np.flatnonzero(groups == name)
        assert own[np.argmin(y[own])] in kept


@pytest.mark.parametrize("value", [np.nan, np.inf, 1.0])
def test_ten_thousand_that_are_alike_are_drawn_as_few(value):
    kept = thin_dots(np.ones(10_000), np.full(10_000, value), ["a"] * 10_000, most=100)
    assert 0 < len(kept) <= 100

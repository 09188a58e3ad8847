import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from paceline.comparison import estimate

VALUES = st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30)


@given(VALUES)
def test_the_interval_is_that_of_scipys_t_test(values: list[float]) -> None:
    found = estimate(values)
    spread = np.std(values, ddof=1)
    assert found.count == len(values)
    assert found.mean == pytest.approx(np.mean(values), rel=1e-9, abs=1e-6)
    if spread > 1e-6 * max(1.0, abs(found.mean)):
        expected = stats.ttest_1samp(values, 0.0).confidence_interval(0.95)
        assert found.low == pytest.approx(expected.low, rel=1e-7, abs=1e-6)
        assert found.high == pytest.approx(expected.high, rel=1e-7, abs=1e-6)


@given(VALUES)
def test_the_mean_lies_inside_and_order_does_not_matter(values: list[float]) -> None:
    found, turned = estimate(values), estimate(values[::-1])
    assert found.low <= found.mean <= found.high
    assert turned.mean == pytest.approx(found.mean, rel=1e-9, abs=1e-6)
    assert turned.high == pytest.approx(found.high, rel=1e-7, abs=1e-5)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1), st.sampled_from([math.nan, math.inf]))
def test_a_value_that_is_not_finite_leaves_the_mean_and_no_interval(
    values: list[float], wild: float
) -> None:
    found = estimate([*values, wild])
    assert found.count == len(values)
    assert math.isfinite(found.mean)
    assert math.isnan(found.low)
    assert math.isnan(found.high)


def test_one_value_has_no_interval_and_none_no_mean() -> None:
    one, none = estimate([2.0]), estimate([])
    assert (one.mean, one.count) == (2.0, 1)
    assert math.isnan(one.low)
    assert (none.count, math.isnan(none.mean)) == (0, True)


def test_equal_values_have_an_interval_without_width() -> None:
    found = estimate([0.5, 0.5, 0.5])
    assert found.low == found.mean == found.high == 0.5

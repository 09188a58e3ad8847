import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from paceline.comparison import time_to_target
from paceline.comparison._time_to_target import log_rank

STEPS = st.lists(st.one_of(st.none(), st.integers(1, 99)), min_size=1, max_size=20)


@given(STEPS)
def test_the_curve_is_the_kaplan_meier_estimate(steps):
    found = time_to_target(steps, horizon=100)
    censored = [step is None for step in steps]
    times = [100 if step is None else step for step in steps]
    expected = stats.ecdf(stats.CensoredData.right_censored(times, censored)).sf
    np.testing.assert_allclose(found.share, expected.evaluate(np.array(found.steps)))
    assert (found.steps[0], found.steps[-1]) == (0, 100)
    assert found.share[0] == 1.0
    assert found.reached == len(steps) - sum(censored)


@given(STEPS)
def test_the_median_is_where_half_have_met_the_target_and_lies_in_its_interval(steps):
    found = time_to_target(steps, horizon=100)
    by_then = [step for step in steps if step is not None and step <= found.median]
    assert math.isinf(found.median) == (2 * found.reached < len(steps))
    assert 2 * len(by_then) >= len(steps) or math.isinf(found.median)
    if len(steps) >= 6:
        assert found.low <= found.median <= found.high
    else:
        assert math.isnan(found.low)
        assert math.isnan(found.high)


def test_the_interval_covers_the_median_in_95_percent_of_runs_or_more():
    generator = np.random.default_rng(0)
    inside = 0
    for run in generator.exponential(1.0, (1_000, 9)):
        found = time_to_target((1_000 * run).astype(int).tolist(), horizon=100_000)
        inside += found.low <= 1_000 * math.log(2) <= found.high
    assert inside >= 940


def test_without_trials_there_is_nothing():
    found = time_to_target([], horizon=100)
    assert math.isnan(found.median)
    assert (found.steps, found.share, found.count) == ((), (), 0)


def test_the_log_rank_test_is_scipys_with_holms_correction():
    fast, slow, base = [10, 10, 20, 20, 30], [90, None, 95, None, None], [40, 50, 60, 60, 70]
    p = log_rank({"fast": fast, "slow": slow}, baseline=base, horizon=100)
    x = stats.CensoredData.right_censored([90, 100, 95, 100, 100], [0, 1, 0, 1, 1])
    y = stats.CensoredData.right_censored(base, [0] * 5)
    plain = stats.logrank(x, y).pvalue
    assert p["slow"] == pytest.approx(max(plain, p["fast"])) or p["slow"] == pytest.approx(
        2 * plain
    )
    assert p["fast"] < 0.05


@pytest.mark.parametrize("steps", [[None] * 4, [40] * 4, []])
def test_what_does_not_differ_has_a_p_of_1(steps):
    assert log_rank({"a": steps}, baseline=steps, horizon=100) == {"a": 1.0}

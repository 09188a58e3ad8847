import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from paceline.tuning._families import LEAST_UPDATES
from paceline.tuning._rungs import Rung, rank_correlation, rungs_of

VALUES = st.lists(st.floats(-1e6, 1e6) | st.just(math.inf), min_size=5, max_size=30)


@pytest.mark.parametrize(
    ("horizon", "rungs"),
    [
        (40, (40,)),
        (79, (79,)),
        (80, (40, 80)),
        (200, (67, 200)),
        (239, (40, 80, 239)),
        (440, (49, 147, 440)),
        (9000, (1000, 3000, 9000)),
    ],
)
def test_the_horizons_are_a_ninth_a_third_and_all(horizon: int, rungs: tuple[int, ...]) -> None:
    assert rungs_of(horizon) == rungs


@given(st.integers(LEAST_UPDATES, 10**7))
def test_horizons_rise_by_half_at_least_and_end_with_the_whole(horizon: int) -> None:
    rungs = rungs_of(horizon)
    assert rungs[-1] == horizon
    assert rungs[0] >= LEAST_UPDATES
    assert all(2 * short <= long for short, long in itertools.pairwise(rungs))


@given(VALUES, st.randoms())
def test_the_correlation_is_spearmans(values: list[float], random) -> None:
    other = random.sample(values, len(values))
    found = rank_correlation(values, other)
    if math.isnan(found):
        assert len(set(values)) == 1
        return
    finite = [min(value, 1e9) for value in values], [min(value, 1e9) for value in other]
    np.testing.assert_allclose(found, stats.spearmanr(*finite).statistic, atol=1e-9)


def test_few_trials_say_nothing_and_are_trusted() -> None:
    unknown = rank_correlation([1, 2, 3, 4], [4, 3, 2, 1])
    assert math.isnan(unknown)
    trusted = [
        Rung(horizon=1, longer=2, correlation=each, trials=9).trusted
        for each in (unknown, 0.49, 0.5)
    ]
    assert trusted == [True, False, True]

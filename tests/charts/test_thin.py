import numpy as np
import pytest

from paceline.charts import thin


def _redrawn(values, kept):
    return np.interp(np.arange(len(values)), kept, np.asarray(values)[kept])


def test_the_first_and_the_last_point_stay():
    kept = thin(np.sin(np.arange(50_000) / 5_000))
    assert kept[0] == 0
    assert kept[-1] == 49_999


def test_both_sides_of_every_jump_stay():
    values = 0.1 * 0.8 ** (np.arange(100_000) // 2_000)
    jumps = [edge for step in range(2_000, 40_000, 2_000) for edge in (step - 1, step)]
    assert set(jumps) <= set(thin(values).tolist())


def test_one_odd_step_among_a_million_stays():
    values = np.ones(1_000_000)
    values[123_456] = 3.0
    assert {123_455, 123_456, 123_457} <= set(thin(values).tolist())


@pytest.mark.parametrize("cycles", [0.5, 4, 20])
def test_a_thinned_curve_looks_the_same(cycles):
    progress = np.arange(200_000) / 200_000
    values = 0.1 * (1 + np.cos(2 * np.pi * cycles * progress)) * np.minimum(1, progress / 0.01)
    kept = thin(values)
    assert len(kept) <= 400
    assert np.max(np.abs(_redrawn(values, kept) - values)) < 0.01 * np.ptp(values)


def test_a_constant_needs_two_points():
    assert thin(np.full(10_000, 0.1)).tolist() == [0, 9_999]


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_short_curves_stay_whole(count):
    assert thin(np.arange(count) ** 2).tolist() == list(range(count))


def test_values_that_are_not_finite_are_survived():
    assert 500 in thin(np.where(np.arange(1_000) == 500, np.nan, 1.0)).tolist()


def test_more_swings_than_points_are_drawn_to_their_tops_and_bottoms_everywhere():
    swings = np.tile([0.0, 0.5, 1.0, 0.5], 5_000)
    kept = thin(swings, most=4_000)
    assert len(kept) <= 4_000
    for part in np.array_split(kept, 100):
        assert swings[part].min() == 0.0
        assert swings[part].max() == 1.0

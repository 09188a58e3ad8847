import numpy as np

from paceline.schedules import Cosine


def test_a_cosine_falls_to_its_end_and_does_not_rebound():
    half = Cosine(start=1.0, end=0.1, steps=10)
    assert half(0) == 1.0
    assert half(5) == np.float64(0.55)
    np.testing.assert_array_equal(half(np.arange(10, 40)), 0.1)


def test_a_cosine_from_below_rises():
    half = Cosine(start=0.0, end=1.0, steps=10)
    assert np.all(np.diff(half(np.arange(11))) > 0)
    assert half(0) == 0.0
    assert half(10) == 1.0

import keras
import numpy as np

from paceline.schedules import Exponential


def test_an_exponential_falls_by_its_factor_every_period():
    decay = Exponential(start=1.0, factor=0.5, every=10)
    np.testing.assert_allclose(decay(np.array([0, 5, 10, 30])), [1.0, 0.5**0.5, 0.5, 0.125])


def test_a_staircase_falls_at_whole_periods_only():
    stairs = Exponential(start=1.0, factor=0.5, every=10, staircase=True)
    np.testing.assert_array_equal(stairs(np.array([0, 9, 10, 19, 20])), [1, 1, 0.5, 0.5, 0.25])


def test_a_factor_close_to_one_is_exact_in_float32():
    decay = Exponential(start=1.0, factor=0.99999, every=1)
    step = 300_000
    got = float(decay(keras.ops.convert_to_tensor(step)))
    np.testing.assert_allclose(got, decay(step), rtol=1e-6)


def test_a_factor_of_one_is_a_fixed_rate():
    assert Exponential(start=0.1, factor=1.0, every=1)(10**12) == 0.1

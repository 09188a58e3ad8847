"""Against Keras' own schedules: the same values where they agree, and where they do not."""

import keras
import numpy as np
import pytest

from paceline.schedules import Cosine, Exponential, Linear, Piecewise, Polynomial

KERAS = keras.optimizers.schedules
PEAK = 0.3


def rates_of(schedule, steps):
    return np.array([float(schedule(keras.ops.convert_to_tensor(int(step)))) for step in steps])


@pytest.mark.parametrize(
    ("peer", "ours"),
    [
        (KERAS.CosineDecay(PEAK, 50), Cosine(start=PEAK, end=0.0, steps=50)),
        (KERAS.CosineDecay(PEAK, 50, alpha=0.1), Cosine(start=PEAK, end=0.03, steps=50)),
        (
            KERAS.CosineDecay(0.0, 50, warmup_target=PEAK, warmup_steps=20),
            Linear(start=0.0, end=PEAK, steps=20) >> Cosine(start=PEAK, end=0.0, steps=50),
        ),
        (
            KERAS.ExponentialDecay(PEAK, 10, 0.9),
            Exponential(start=PEAK, factor=0.9, every=10),
        ),
        (
            KERAS.ExponentialDecay(PEAK, 10, 0.5, staircase=True),
            Exponential(start=PEAK, factor=0.5, every=10, staircase=True),
        ),
        (
            KERAS.PolynomialDecay(PEAK, 50, end_learning_rate=0.01, power=2.0),
            Polynomial(start=PEAK, end=0.01, steps=50, power=2.0),
        ),
        (
            KERAS.PolynomialDecay(PEAK, 50, end_learning_rate=0.0, power=1.0),
            Linear(start=PEAK, end=0.0, steps=50),
        ),
    ],
    ids=lambda schedule: type(schedule).__name__,
)
def test_the_rates_are_those_of_keras(peer, ours):
    steps = np.arange(80)
    expected = rates_of(peer, steps)
    np.testing.assert_allclose(ours(steps), expected, rtol=0, atol=1e-6 * PEAK)
    np.testing.assert_allclose(rates_of(ours, steps), expected, rtol=0, atol=1e-6 * PEAK)


def test_the_piecewise_constant_decay_of_keras_is_one_step_late():
    steps = np.arange(9)
    peer = rates_of(KERAS.PiecewiseConstantDecay([3, 6], [1.0, 0.5, 0.25]), steps)
    ours = Piecewise(boundaries=(3, 6), rates=(1.0, 0.5, 0.25))(steps)
    np.testing.assert_array_equal(ours, [1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25])
    np.testing.assert_array_equal(peer[1:], ours[:-1])


def test_a_schedule_is_a_schedule_of_keras():
    line = Linear(start=1.0, end=0.0, steps=5)
    assert isinstance(line, KERAS.LearningRateSchedule)
    assert KERAS.deserialize(KERAS.serialize(line)) == line

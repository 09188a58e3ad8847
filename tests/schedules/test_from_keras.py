"""Schedules of Keras converted: the same rates, or a reason why not."""

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paceline.schedules import Cosine, Linear, from_keras, wsd

KERAS = keras.optimizers.schedules
STEPS = np.arange(260)

peaks = st.floats(1e-4, 1.0)
periods = st.integers(1, 100)
factors = st.floats(0.01, 1.0)


def rates_of(schedule):
    return np.array([float(schedule(keras.ops.convert_to_tensor(int(step)))) for step in STEPS])


@st.composite
def keras_schedules(draw):
    peak, steps = draw(peaks), draw(periods)
    kind = draw(st.sampled_from([name for name in dir(KERAS) if name.endswith("Decay")]))
    if kind == "CosineDecay":
        target = draw(st.none() | peaks)
        return KERAS.CosineDecay(
            peak,
            steps,
            alpha=draw(st.floats(0, 1)),
            warmup_target=target,
            warmup_steps=draw(st.integers(0, 50)),
        )
    if kind == "PiecewiseConstantDecay":
        bounds = draw(st.lists(st.integers(0, 200), min_size=1, max_size=3, unique=True))
        values = draw(st.lists(peaks, min_size=len(bounds) + 1, max_size=len(bounds) + 1))
        return KERAS.PiecewiseConstantDecay(sorted(bounds), values)
    if kind == "PolynomialDecay":
        return KERAS.PolynomialDecay(
            peak,
            steps,
            end_learning_rate=draw(st.floats(0, 1e-4)),
            power=draw(st.floats(0.5, 3)),
            cycle=draw(st.booleans()),
        )
    stairs = draw(st.booleans())
    return getattr(KERAS, kind)(peak, steps, draw(factors), staircase=stairs)


def schedules_of_keras():
    return {
        name
        for name, each in vars(KERAS).items()
        if isinstance(each, type) and issubclass(each, KERAS.LearningRateSchedule)
    } - {"LearningRateSchedule"}


@settings(max_examples=40)
@given(keras_schedules())
def test_the_rates_are_those_of_keras(theirs):
    ours = from_keras(theirs)
    expected = rates_of(theirs)
    np.testing.assert_allclose(ours(STEPS), expected, rtol=0, atol=1e-6 * expected.max())


@pytest.mark.parametrize("arguments", [{}, {"t_mul": 1.0}, {"m_mul": 0.5}, {"alpha": 0.1}])
def test_restarts_come_at_the_steps_of_keras(arguments):
    theirs = KERAS.CosineDecayRestarts(0.1, 20, **{"t_mul": 2.0, **arguments})
    ours = from_keras(theirs)
    np.testing.assert_allclose(ours(STEPS), rates_of(theirs), rtol=0, atol=1e-6 * 0.1)


def test_a_restart_that_keras_computes_one_step_early_is_right_here():
    theirs = KERAS.CosineDecayRestarts(1.0, 1000, t_mul=2.0)
    ours = from_keras(theirs)
    restart = 1000 * (2**12 - 1)
    assert restart == 4_095_000
    assert float(theirs(keras.ops.convert_to_tensor(restart - 1))) == pytest.approx(1.0)
    assert ours(restart - 1) < 1e-12
    assert ours(restart) == 1.0


def test_a_cycle_of_no_whole_length_begins_at_the_same_step():
    theirs = KERAS.CosineDecayRestarts(1.0, 10, t_mul=1.5)
    jumps = np.flatnonzero(np.diff(rates_of(theirs)) > 0.5)
    np.testing.assert_array_equal(np.flatnonzero(np.diff(from_keras(theirs)(STEPS)) > 0.5), jumps)


def test_a_schedule_that_warms_up_is_a_chain():
    theirs = KERAS.CosineDecay(0.0, 100, warmup_target=0.1, warmup_steps=10)
    assert from_keras(theirs) == Linear(start=0.0, end=0.1, steps=10) >> Cosine(
        start=0.1, end=0.0, steps=100
    )


def test_our_own_is_returned_as_it_is():
    schedule = wsd(peak=0.1, steps=100)
    assert from_keras(schedule) is schedule


def test_every_class_of_keras_is_known():
    assert schedules_of_keras() == {
        "CosineDecay",
        "CosineDecayRestarts",
        "ExponentialDecay",
        "InverseTimeDecay",
        "PiecewiseConstantDecay",
        "PolynomialDecay",
    }


class Mine(KERAS.LearningRateSchedule):
    def __call__(self, step):
        return 0.1


class CosineDecay(KERAS.LearningRateSchedule):
    """Of the same name as one of Keras."""

    def __call__(self, step):
        return 0.1


@pytest.mark.parametrize(
    ("schedule", "parts"),
    [
        (0.1, ["a schedule of Keras; got 0.1 (float)", "Constant(rate=...)"]),
        (None, ["got None"]),
        (KERAS.CosineDecay, ["got <class", "Constant(rate=...)"]),
        (Mine(), ["built-in schedules of Keras", "Mine", "Lambda(function=...)"]),
        (CosineDecay(), ["built-in schedules of Keras", "Lambda(function=...)"]),
        (KERAS.CosineDecay(0.1, 10.5), ["can't make CosineDecay", "decay_steps=10.5", "10.5"]),
        (KERAS.ExponentialDecay(0.1, 10, 1.5), ["decay_rate=1.5", "needs steps", "grows"]),
        (KERAS.ExponentialDecay(-0.1, 10, 0.5), ["initial_learning_rate=-0.1", "start >= 0"]),
        (KERAS.CosineDecayRestarts(0.1, 10, m_mul=2.0), ["m_mul=2.0", "scale"]),
        (KERAS.CosineDecayRestarts(0.1, 10, t_mul=0.5), ["t_mul=0.5", "growth"]),
        (KERAS.PiecewiseConstantDecay([-5], [0.1, 0.2]), ["boundaries=[-5]", "boundaries[0]"]),
    ],
)
def test_what_can_not_be_converted_says_why(schedule, parts):
    with pytest.raises((TypeError, ValueError)) as caught:
        from_keras(schedule)
    for part in parts:
        assert part in str(caught.value)

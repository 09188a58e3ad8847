import numpy as np
from hypothesis import strategies as st
from schedules.drawn import NO_COUNT, NO_LENGTH, NO_NUMBER_ABOVE_ZERO, NO_RATE, bad, rates, shares

from paceline.schedules import InverseSqrt, inverse_sqrt

EXAMPLES = {"inverse_sqrt": InverseSqrt(start=0.1, timescale=100, steps=30)}
GOOD = {"start": 1.0, "timescale": 5}
BAD = [
    *bad(InverseSqrt, GOOD, start=NO_RATE, timescale=NO_NUMBER_ABOVE_ZERO, steps=NO_COUNT),
    *bad(inverse_sqrt, {"peak": 1.0}, peak=NO_RATE, steps=NO_COUNT, warmup=NO_LENGTH),
    *bad(inverse_sqrt, {"peak": 1.0}, timescale=(0, -1, 0.0, 2.0, "a")),
]


def leaf(length):
    return st.builds(InverseSqrt, start=rates, timescale=st.floats(0.1, 1e6), steps=length)


def recipe():
    return st.builds(inverse_sqrt, peak=rates, warmup=shares)


def test_four_times_the_time_is_half_the_rate():
    falling = InverseSqrt(start=1.0, timescale=10)
    np.testing.assert_allclose(falling(np.array([0, 30, 150])), [1, 0.5, 0.25])


def test_the_decay_goes_on_as_if_it_had_begun_at_step_zero():
    schedule = inverse_sqrt(peak=1.0, steps=1000, warmup=50)
    np.testing.assert_allclose(schedule(200), np.sqrt(50 / 200))

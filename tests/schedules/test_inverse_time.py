import numpy as np
from hypothesis import strategies as st
from schedules.drawn import (
    NO_COUNT,
    NO_LENGTH,
    NO_NUMBER_ABOVE_ZERO,
    NO_RATE,
    bad,
    lengths,
    rates,
    shares,
)

from paceline.schedules import InverseTime, inverse_time

EXAMPLES = {
    "inverse_time": InverseTime(start=0.1, factor=0.5, every=10, staircase=True, steps=30),
}
GOOD = {"start": 1.0, "factor": 0.5, "every": 5}
BAD = [
    *bad(InverseTime, GOOD, start=NO_RATE, factor=NO_NUMBER_ABOVE_ZERO, every=(*NO_COUNT, None)),
    *bad(InverseTime, GOOD, staircase=(1, None, "yes"), steps=NO_COUNT),
    *bad(inverse_time, {"peak": 1.0}, peak=NO_RATE, steps=NO_COUNT, warmup=NO_LENGTH),
    *bad(inverse_time, {"peak": 1.0}, factor=NO_NUMBER_ABOVE_ZERO, staircase=(1, None)),
    *bad(inverse_time, {"peak": 1.0}, every=(0, 0.0, 2.0, "a", None)),
]


def leaf(length):
    return st.builds(
        InverseTime,
        start=rates,
        factor=st.floats(1e-6, 100),
        every=lengths,
        staircase=st.booleans(),
        steps=length,
    )


def recipe():
    return st.builds(inverse_time, peak=rates, warmup=shares, staircase=st.booleans())


def test_the_rate_is_one_over_the_time():
    falling = InverseTime(start=1.0, factor=0.5, every=10)
    np.testing.assert_allclose(falling(np.array([0, 10, 20, 60])), [1, 1 / 1.5, 0.5, 0.25])


def test_a_staircase_falls_at_whole_periods_only():
    stairs = InverseTime(start=1.0, factor=1.0, every=10, staircase=True)
    np.testing.assert_array_equal(stairs(np.array([0, 9, 10, 19])), [1, 1, 0.5, 0.5])

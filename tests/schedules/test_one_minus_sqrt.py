import numpy as np
from hypothesis import strategies as st
from schedules.drawn import NO_COUNT, NO_RATE, bad, lengths, rates

from paceline.schedules import OneMinusSqrt

EXAMPLES = {"one_minus_sqrt": OneMinusSqrt(start=0.1, end=0.01, steps=30)}
BAD = bad(
    OneMinusSqrt,
    {"start": 1.0, "end": 0.0, "steps": 5},
    start=NO_RATE,
    end=NO_RATE,
    steps=NO_COUNT,
)


def leaf(length):
    return st.builds(OneMinusSqrt, start=rates, end=rates, steps=lengths)


def test_a_quarter_of_the_way_is_half_of_the_descent():
    cooldown = OneMinusSqrt(start=1.0, end=0.2, steps=100)
    np.testing.assert_allclose(cooldown(np.array([0, 25, 100, 200])), [1.0, 0.6, 0.2, 0.2])

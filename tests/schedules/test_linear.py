import numpy as np
import pytest
from hypothesis import strategies as st
from schedules.drawn import NO_COUNT, NO_LENGTH, NO_RATE, bad, lengths, rates, shares

from paceline.schedules import Linear, linear

EXAMPLES = {"linear": Linear(start=0.0, end=0.1, steps=10)}
BAD = [
    *bad(
        Linear, {"start": 1.0, "end": 0.0, "steps": 5}, start=NO_RATE, end=NO_RATE, steps=NO_COUNT
    ),
    *bad(
        linear, {"peak": 1.0}, peak=NO_RATE, steps=NO_COUNT, warmup=NO_LENGTH, floor=(*NO_RATE, 2.0)
    ),
]


def leaf(length):
    return st.builds(Linear, start=rates, end=rates, steps=lengths)


def recipe():
    return st.builds(linear, peak=rates, warmup=shares)


def test_a_line_begins_at_start_and_reaches_end_at_its_length():
    line = Linear(start=1.0, end=0.2, steps=4)
    np.testing.assert_allclose(line(np.arange(6)), [1.0, 0.8, 0.6, 0.4, 0.2, 0.2])


def test_a_falling_line_reaches_its_end_exactly():
    assert Linear(start=0.3, end=0.1, steps=49)(49) == 0.1


def test_a_rising_line_leaves_its_start_exactly():
    assert Linear(start=0.1, end=0.3, steps=49)(0) == 0.1


@pytest.mark.parametrize("steps", [1, 41, 10**9])
def test_a_line_to_zero_wastes_no_update(steps):
    line = Linear(start=1.0, end=0.0, steps=steps)
    assert line(steps - 1) > 0
    assert line(steps) == 0

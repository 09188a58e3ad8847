import numpy as np
from hypothesis import strategies as st
from schedules.drawn import NO_COUNT, NO_RATE, bad, lengths, rates

from paceline.schedules import Triangle

EXAMPLES = {"triangle": Triangle(start=0.01, peak=0.1, steps=30, rise=10)}
BAD = bad(
    Triangle,
    {"start": 0.0, "peak": 1.0, "steps": 10},
    start=NO_RATE,
    peak=NO_RATE,
    steps=(*NO_COUNT, 1),
    rise=(*NO_COUNT, 10, 11),
)


@st.composite
def leaf(draw, length):
    steps = draw(lengths.filter(lambda each: each > 1))
    rise = draw(st.none() | st.integers(1, steps - 1))
    return Triangle(start=draw(rates), peak=draw(rates), steps=steps, rise=rise)


def test_it_goes_up_and_back():
    triangle = Triangle(start=0.0, peak=1.0, steps=6, rise=2)
    np.testing.assert_allclose(triangle(np.arange(8)), [0, 0.5, 1, 0.75, 0.5, 0.25, 0, 0])


def test_half_of_an_odd_length_is_half_a_step_later():
    triangle = Triangle(start=0.0, peak=1.0, steps=5)
    np.testing.assert_allclose(triangle(np.arange(6)), [0, 0.4, 0.8, 0.8, 0.4, 0], atol=1e-15)

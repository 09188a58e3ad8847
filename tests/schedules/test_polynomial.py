import numpy as np
from hypothesis import strategies as st
from schedules.drawn import (
    NO_COUNT,
    NO_LENGTH,
    NO_NUMBER_ABOVE_ZERO,
    NO_RATE,
    bad,
    exponents,
    lengths,
    rates,
    shares,
)

from paceline.schedules import Linear, Polynomial, polynomial

EXAMPLES = {"polynomial": Polynomial(start=0.1, end=0.0, steps=20, power=2.0)}
LINE = {"start": 1.0, "end": 0.0, "steps": 5}
BAD = [
    *bad(Polynomial, LINE, start=NO_RATE, end=NO_RATE, steps=NO_COUNT, power=NO_NUMBER_ABOVE_ZERO),
    *bad(polynomial, {"peak": 1.0}, peak=NO_RATE, steps=NO_COUNT, warmup=NO_LENGTH),
    *bad(polynomial, {"peak": 1.0}, floor=(*NO_RATE, 2.0), power=NO_NUMBER_ABOVE_ZERO),
]


def leaf(length):
    return st.builds(Polynomial, start=rates, end=rates, steps=lengths, power=exponents)


def recipe():
    return st.builds(polynomial, peak=rates, warmup=shares, power=exponents)


def test_a_power_of_one_is_a_line():
    steps = np.arange(-2, 14)
    line, power = Linear(start=1.0, end=0.2, steps=10), Polynomial(start=1.0, end=0.2, steps=10)
    np.testing.assert_allclose(power(steps), line(steps), rtol=1e-14)


def test_a_power_of_two_falls_fast_first():
    curve = Polynomial(start=1.0, end=0.0, steps=4, power=2.0)
    np.testing.assert_allclose(curve(np.arange(6)), [1, 0.5625, 0.25, 0.0625, 0, 0])


def test_a_root_is_finite_past_the_end():
    curve = Polynomial(start=1.0, end=0.0, steps=4, power=0.5)
    np.testing.assert_array_equal(curve(np.array([4, 5, 10**12])), 0)

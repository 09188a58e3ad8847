import numpy as np
from hypothesis import strategies as st
from schedules.drawn import NO_COUNT, NO_LENGTH, NO_RATE, bad, rates, shares

from paceline.schedules import Constant, constant

EXAMPLES = {
    "constant": Constant(rate=1e-05, steps=7),
    "constant_endless": Constant(rate=0.1),
}
BAD = [
    *bad(Constant, {"rate": 1.0}, rate=NO_RATE, steps=NO_COUNT),
    *bad(constant, {"peak": 1.0}, peak=NO_RATE, steps=(*NO_COUNT, 0.5), warmup=NO_LENGTH),
]


def leaf(length):
    return st.builds(Constant, rate=rates, steps=length)


def recipe():
    return st.builds(constant, peak=rates, warmup=shares)


def test_a_constant_is_the_same_at_every_step():
    np.testing.assert_array_equal(Constant(rate=0.1)(np.array([-5, 0, 10**15])), 0.1)


def test_a_constant_never_ends_unless_it_is_told_to():
    assert Constant(rate=0.1).length is None
    assert Constant(rate=0.1, steps=7).length == 7

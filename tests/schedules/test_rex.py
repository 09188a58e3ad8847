import numpy as np
from hypothesis import strategies as st
from schedules.drawn import NO_COUNT, NO_LENGTH, NO_RATE, bad, lengths, rates, shares

from paceline.schedules import Rex, rex

EXAMPLES = {"rex": Rex(start=0.1, end=0.01, steps=30, beta=0.3)}
LINE = {"start": 1.0, "end": 0.0, "steps": 5}
NO_BETA = (0, -1, 1.5, float("nan"), "a", None)
BAD = [
    *bad(Rex, LINE, start=NO_RATE, end=NO_RATE, steps=NO_COUNT, beta=NO_BETA),
    *bad(rex, {"peak": 1.0}, peak=NO_RATE, steps=NO_COUNT, warmup=NO_LENGTH, beta=NO_BETA),
    *bad(rex, {"peak": 1.0}, floor=(*NO_RATE, 2.0)),
]


def leaf(length):
    return st.builds(Rex, start=rates, end=rates, steps=lengths, beta=st.floats(0.01, 1))


def recipe():
    return st.builds(rex, peak=rates, warmup=shares)


def test_a_beta_of_a_half_is_the_curve_of_the_paper():
    z = np.arange(11) / 10
    curve = Rex(start=1.0, end=0.0, steps=10)(np.arange(11))
    np.testing.assert_allclose(curve, (1 - z) / (0.5 + 0.5 * (1 - z)), atol=1e-15)


def test_a_beta_of_one_is_a_straight_line():
    line = Rex(start=1.0, end=0.0, steps=10, beta=1.0)(np.arange(11))
    np.testing.assert_allclose(line, 1 - np.arange(11) / 10, atol=1e-15)

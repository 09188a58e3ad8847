import numpy as np
from hypothesis import strategies as st
from schedules.drawn import NO_COUNT, NO_LENGTH, NO_RATE, bad, lengths, rates, shares

from paceline.schedules import Tanh, tanh

EXAMPLES = {"tanh": Tanh(start=0.1, end=0.01, steps=30, lower=-7.0, upper=3.5)}
LINE = {"start": 1.0, "end": 0.0, "steps": 5}
NO_BOUND = (-21, 21, float("nan"), "a", None)
BAD = [
    *bad(Tanh, LINE, start=NO_RATE, end=NO_RATE, steps=NO_COUNT),
    *bad(Tanh, LINE, lower=(*NO_BOUND, 3.0, 4.0), upper=(*NO_BOUND, -6.0, -7)),
    *bad(tanh, {"peak": 1.0}, peak=NO_RATE, steps=NO_COUNT, warmup=NO_LENGTH),
    *bad(tanh, {"peak": 1.0}, floor=(*NO_RATE, 2.0), lower=(*NO_BOUND, 3.0), upper=NO_BOUND),
]


def leaf(length):
    return st.builds(
        Tanh,
        start=rates,
        end=rates,
        steps=lengths,
        lower=st.floats(-10, -1),
        upper=st.floats(0, 10),
    )


def recipe():
    return st.builds(tanh, peak=rates, warmup=shares)


def test_the_end_is_reached_at_the_length():
    curve = Tanh(start=1.0, end=0.0, steps=9)
    assert curve(0) > 0.99999
    assert curve(6) == 0.5
    assert 0.002 < curve(8) < 0.02
    np.testing.assert_array_equal(curve(np.array([9, 100])), 0)

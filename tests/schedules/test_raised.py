import numpy as np
from hypothesis import strategies as st
from schedules.drawn import NO_RATE, NO_SCHEDULE, bad, rates

from paceline.schedules import Constant, Linear, Raised

LINE = Linear(start=1.0, end=0.0, steps=4)
EXAMPLES = {"raised": Raised(schedule=LINE, rate=0.5)}
BAD = bad(Raised, {"schedule": LINE, "rate": 1.0}, rate=NO_RATE, schedule=NO_SCHEDULE)


def wrapper(ends, any_):
    return st.builds(Raised, schedule=any_, rate=rates)


def test_a_rate_may_stand_on_either_side():
    assert LINE + 0.5 == 0.5 + LINE == Raised(schedule=LINE, rate=0.5)
    np.testing.assert_allclose((LINE + 0.5)(np.arange(6)), LINE(np.arange(6)) + 0.5)


def test_a_raised_schedule_keeps_its_length_and_binds_before_a_chain():
    chain = LINE + 0.5 >> Constant(rate=0.1)
    assert chain.parts[0] == LINE + 0.5
    assert (LINE + 0.5).length == 4

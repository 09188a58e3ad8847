import numpy as np
from hypothesis import strategies as st
from schedules.drawn import NO_SCHEDULE, bad

from paceline.schedules import Constant, Linear, Maximum, Minimum

UP, DOWN = Linear(start=0.0, end=1.0, steps=4), Linear(start=1.0, end=0.0, steps=8)
EXAMPLES = {"maximum": Maximum(first=UP, second=DOWN), "minimum": Minimum(first=UP, second=DOWN)}
PAIR = {"first": UP, "second": DOWN}
BAD = [
    *bad(Maximum, PAIR, first=NO_SCHEDULE, second=NO_SCHEDULE),
    *bad(Minimum, PAIR, first=NO_SCHEDULE, second=NO_SCHEDULE),
]


def wrapper(ends, any_):
    return st.one_of(
        st.builds(Maximum, first=any_, second=any_), st.builds(Minimum, first=any_, second=any_)
    )


def test_the_larger_and_the_smaller_of_two():
    steps = np.arange(12)
    np.testing.assert_array_equal(UP.maximum(DOWN)(steps), np.maximum(UP(steps), DOWN(steps)))
    np.testing.assert_array_equal(UP.minimum(DOWN)(steps), np.minimum(UP(steps), DOWN(steps)))


def test_the_longer_one_gives_the_length():
    assert UP.maximum(DOWN).length == UP.minimum(DOWN).length == 8
    assert UP.maximum(Constant(rate=0.1)).length is None

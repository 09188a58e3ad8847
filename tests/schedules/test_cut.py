import numpy as np
from hypothesis import strategies as st
from schedules.drawn import NO_COUNT, NO_SCHEDULE, bad

from paceline.schedules import Cut, InverseSqrt, Linear

LINE = Linear(start=1.0, end=0.0, steps=10)
EXAMPLES = {"cut": Cut(schedule=InverseSqrt(start=1.0, timescale=5), steps=20)}
BAD = bad(
    Cut,
    {"schedule": LINE, "steps": 5},
    schedule=NO_SCHEDULE,
    steps=(*NO_COUNT, 11, None),
)


@st.composite
def wrapper(draw, ends, any_):
    inside = draw(any_)
    most = 10**6 if inside.length is None else min(inside.length, 10**6)
    return inside.cut(draw(st.integers(1, most)))


def test_the_beginning_is_followed_by_something_else():
    chain = InverseSqrt(start=1.0, timescale=5).cut(20) >> LINE
    assert chain.length == 30
    np.testing.assert_allclose(chain(np.array([15, 20])), [0.5, 1.0])


def test_after_its_end_a_cut_schedule_holds_where_it_was_cut():
    assert LINE.cut(5)(100) == 0.5

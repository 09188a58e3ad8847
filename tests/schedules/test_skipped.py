import numpy as np
from hypothesis import strategies as st
from schedules.drawn import NO_COUNT, NO_SCHEDULE, bad

from paceline.schedules import Constant, Linear, Skipped

CHAIN = Linear(start=0.0, end=1.0, steps=10) >> Linear(start=1.0, end=0.0, steps=20)
EXAMPLES = {"skipped": Skipped(schedule=CHAIN, steps=12)}
BAD = bad(
    Skipped,
    {"schedule": CHAIN, "steps": 5},
    schedule=NO_SCHEDULE,
    steps=(*NO_COUNT, 30, 31, None),
)


@st.composite
def wrapper(draw, ends, any_):
    inside = draw(any_.filter(lambda each: each.length is None or each.length > 1))
    most = 10**6 if inside.length is None else min(inside.length - 1, 10**6)
    return inside.skipped(draw(st.integers(1, most)))


def test_what_is_left_goes_on_where_the_rest_ended():
    rest = CHAIN.skipped(7)
    np.testing.assert_array_equal(rest(np.arange(40)), CHAIN(np.arange(7, 47)))
    assert rest.length == 23


def test_a_delay_holds_the_first_rate():
    late = Linear(start=0.5, end=0.0, steps=5).delayed(3)
    assert late == Constant(rate=0.5, steps=3) >> Linear(start=0.5, end=0.0, steps=5)


def test_the_table_of_what_is_left_after_a_billion_steps_comes_at_once():
    left = Linear(start=1.0, end=0.0, steps=4).repeat().skipped(10**9 + 1)
    rows = left.table().rows
    assert [row.first_step for row in rows[:3]] == [0, 3, 7]
    assert rows[1].segment == "Linear, cycle 250000002"
    rare = Constant(rate=0.1, steps=1).repeat(scale=1.0).held(every=10**9)
    assert [row.first_step for row in rare.table(steps=3 * 10**9)] == [0, 10**9, 2 * 10**9]

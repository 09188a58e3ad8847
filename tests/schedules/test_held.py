import numpy as np
from hypothesis import strategies as st
from schedules.drawn import NO_COUNT, NO_SCHEDULE, bad, lengths

from paceline.schedules import Held, Linear

LINE = Linear(start=1.0, end=0.0, steps=10)
EXAMPLES = {"held": Held(schedule=LINE, every=3)}
BAD = bad(Held, {"schedule": LINE, "every": 2}, schedule=NO_SCHEDULE, every=(*NO_COUNT, None))


def wrapper(ends, any_):
    return st.builds(Held, schedule=any_, every=lengths)


def test_the_rate_changes_every_so_many_steps_only():
    steps = np.arange(10)
    np.testing.assert_allclose(LINE.held(every=3)(steps), LINE(steps // 3 * 3))


def test_the_end_is_reached_although_it_is_no_stair():
    assert LINE.held(every=3)(10) == 0.0


def test_a_table_of_countless_cycles_in_one_stair_ends():
    held = Linear(start=1.0, end=0.0, steps=1).repeat().held(every=300_000_000)
    assert len(held.table()) >= 1

import numpy as np
from hypothesis import strategies as st
from schedules.drawn import NO_RATE, NO_SCHEDULE, bad

from paceline.schedules import Clipped, Linear

LINE = Linear(start=1.0, end=0.0, steps=4)
EXAMPLES = {"clipped": Clipped(schedule=LINE, floor=0.25, ceiling=0.75)}
BAD = bad(
    Clipped,
    {"schedule": LINE, "floor": 0.5},
    schedule=NO_SCHEDULE,
    floor=NO_RATE,
    ceiling=(0.4, -1, float("nan"), "a"),
)


def wrapper(ends, any_):
    return st.builds(
        Clipped, schedule=any_, floor=st.floats(0, 0.1), ceiling=st.none() | st.floats(0.1, 10)
    )


def test_a_rate_stays_between_floor_and_ceiling():
    steps = np.arange(6)
    clipped = LINE.clip(floor=0.3, ceiling=0.8)
    np.testing.assert_allclose(clipped(steps), np.clip(LINE(steps), 0.3, 0.8))
    np.testing.assert_allclose(LINE.clip(floor=0.3)(steps), np.maximum(LINE(steps), 0.3))

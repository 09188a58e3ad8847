import numpy as np
from hypothesis import strategies as st
from schedules.drawn import NO_COUNT, NO_LENGTH, NO_RATE, bad, rates

from paceline.schedules import restarts

EXAMPLES = {}
BAD = [
    *bad(restarts, {"peak": 1.0}, peak=NO_RATE, steps=NO_COUNT, warmup=NO_LENGTH),
    *bad(restarts, {"peak": 1.0, "steps": 9}, cycles=(*NO_COUNT, None, 10)),
    *bad(restarts, {"peak": 1.0}, growth=(0.5, "a", None, 1e7), scale=(0, 2, "a", None)),
    *bad(restarts, {"peak": 1.0, "steps": 20}, cycles=(6,), growth=(10.0,)),
    *bad(restarts, {"peak": 1.0}, floor=(*NO_RATE, 2.0)),
]


def recipe():
    return st.builds(
        restarts, peak=rates, cycles=st.integers(1, 3), growth=st.sampled_from([1.0, 1.5, 2.0])
    )


def test_the_last_cosine_ends_where_the_training_ends():
    for steps in (700, 701, 999):
        schedule = restarts(peak=1.0, steps=steps, floor=0.1)
        assert schedule.length == steps
        assert schedule(steps) == 0.1
        assert schedule(steps - 1) < 0.11


def test_what_shrinks_is_the_height_above_the_floor():
    schedule = restarts(peak=1.0, steps=40, cycles=2, growth=1.0, scale=0.5, floor=0.2)
    np.testing.assert_allclose(schedule(np.array([0, 20, 40])), [1.0, 0.6, 0.2])

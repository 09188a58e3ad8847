import numpy as np
from hypothesis import strategies as st
from schedules.drawn import NO_COUNT, NO_LENGTH, NO_RATE, bad, rates

from paceline.schedules import swa

EXAMPLES = {}
BAD = [
    *bad(swa, {"peak": 1.0}, peak=NO_RATE, steps=NO_COUNT, warmup=NO_LENGTH, stable=NO_LENGTH),
    *bad(swa, {"peak": 1.0}, decay=NO_LENGTH, end_factor=NO_RATE, shape=("cubic", None)),
    (swa, {"peak": 1.0, "stable": 0.6, "decay": 0.5}, "decay"),
]


def recipe():
    return st.builds(swa, peak=rates, warmup=st.floats(0.001, 0.2))


def test_the_averaging_runs_at_a_fixed_rate():
    schedule = swa(peak=1.0, steps=100, end_factor=0.2)
    np.testing.assert_allclose(schedule(np.array([0, 49, 75, 99])), [1.0, 1.0, 0.2, 0.2])
    assert 0.2 < schedule(60) < 1.0

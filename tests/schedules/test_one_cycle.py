import numpy as np
import pytest
from hypothesis import strategies as st
from schedules.drawn import NO_COUNT, NO_LENGTH, NO_RATE, bad, rates, shares

from paceline.schedules import Linear, one_cycle

EXAMPLES = {}
BAD = [
    *bad(one_cycle, {"peak": 1.0}, peak=NO_RATE, steps=NO_COUNT, warmup=NO_LENGTH),
    *bad(one_cycle, {"peak": 1.0}, start_factor=(*NO_RATE, 2), end_factor=(*NO_RATE, 2)),
    *bad(one_cycle, {"peak": 1.0}, shape=("cubic", None), phases=(1, 4, 2.0, "a", None)),
    *bad(one_cycle, {"peak": 1.0, "phases": 3}, warmup=(0.6,)),
]


def recipe():
    return st.builds(
        one_cycle,
        peak=rates,
        warmup=shares,
        shape=st.sampled_from(["cosine", "linear"]),
        phases=st.sampled_from([2, 3]),
    )


def test_one_cycle_rises_and_falls():
    schedule = one_cycle(peak=1.0, steps=100)
    assert schedule(0) == pytest.approx(0.04)
    assert schedule(30) == 1.0
    assert schedule(100) == pytest.approx(4e-6)


def test_three_phases_mirror_the_rise():
    schedule = one_cycle(peak=1.0, steps=100, phases=3, shape="linear", warmup=40)
    assert schedule.parts[1] == Linear(start=1.0, end=0.04, steps=40)
    np.testing.assert_allclose(schedule(np.array([10, 70])), schedule(np.array([70, 10])))

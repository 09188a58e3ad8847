import numpy as np
import pytest
from hypothesis import strategies as st
from schedules.drawn import NO_COUNT, NO_LENGTH, NO_RATE, bad, rates, shares

from paceline.schedules import Constant, Exponential, OneMinusSqrt, wsd

EXAMPLES = {}
BAD = [
    *bad(
        wsd, {"peak": 1.0}, peak=NO_RATE, steps=(*NO_COUNT, 0.5), warmup=NO_LENGTH, decay=NO_LENGTH
    ),
    *bad(wsd, {"peak": 1.0}, floor=(*NO_RATE, 2.0), shape=("cubic", 3, None)),
    *bad(wsd, {"peak": 1.0, "cycles": 2}, rewarmup=NO_LENGTH),
    *bad(wsd, {"peak": 1.0, "steps": 100}, cycles=(*NO_COUNT, None, 101)),
    *bad(wsd, {"peak": 1.0, "shape": "exponential"}, floor=(0.0,)),
    (wsd, {"peak": 1, "steps": 100, "warmup": 60, "decay": 50}, "warmup"),
    (wsd, {"peak": 1, "warmup": 0.6, "decay": 0.5}, "decay"),
    (wsd, {"peak": 1, "cycles": 2, "rewarmup": 0.8, "decay": 0.3}, "rewarmup"),
]


def recipe():
    return st.one_of(
        st.builds(wsd, peak=rates, warmup=shares, decay=shares),
        st.builds(wsd, peak=rates, cycles=st.integers(1, 4), rewarmup=shares),
    )


def test_wsd_warms_up_holds_and_decays():
    schedule = wsd(peak=1.0, steps=100, warmup=0.05, decay=0.2, floor=0.1)
    np.testing.assert_array_equal(schedule(np.arange(5, 80)), 1.0)
    assert schedule(80) == 1.0
    assert schedule(90) == pytest.approx(0.55)
    assert schedule(100) == 0.1


def test_wsd_without_warm_up_and_decay_is_a_fixed_rate():
    assert wsd(peak=0.1, steps=50, warmup=0, decay=0) == Constant(rate=0.1, steps=50)


def test_the_decay_has_the_shape_that_was_asked_for():
    root = wsd(peak=1.0, steps=100, shape="one_minus_sqrt")
    assert root.parts[-1] == OneMinusSqrt(start=1.0, end=0.0, steps=20)
    steep = wsd(peak=1.0, steps=100, shape="exponential", floor=0.01)
    assert steep.parts[-1] == Exponential(start=1.0, end=0.01, steps=20)


def test_several_cycles_share_the_steps_and_warm_up_again():
    schedule = wsd(peak=1.0, steps=101, cycles=2, warmup=5, decay=10, rewarmup=4)
    assert schedule.length == 101
    np.testing.assert_allclose(schedule(np.array([50, 54, 91])), [0.2, 1.0, 1.0])
    assert schedule(49) == pytest.approx(0.1)
    assert schedule(101) == 0

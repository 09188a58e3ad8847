import numpy as np
import pytest
from hypothesis import strategies as st
from schedules.drawn import NO_COUNT, NO_LENGTH, NO_RATE, bad, rates, shares

from paceline.schedules import step_decay

EXAMPLES = {}
BAD = [
    *bad(step_decay, {"peak": 1.0}, peak=NO_RATE, steps=NO_COUNT, warmup=NO_LENGTH),
    *bad(step_decay, {"peak": 1.0}, at=(0.5, (), (0.5, 0.5), (0.7, 0.2)), factor=(0, 2, "a", None)),
    (step_decay, {"peak": 1, "steps": 100, "at": (100,)}, "at"),
    (step_decay, {"peak": 1, "steps": 100, "at": (5,), "warmup": 10}, "at"),
]


def recipe():
    return st.builds(step_decay, peak=rates, warmup=shares)


def test_step_decay_drops_at_steps_and_at_fractions():
    schedule = step_decay(peak=1.0, steps=100, factor=0.5, at=(40, 0.75), warmup=10)
    np.testing.assert_allclose(schedule(np.array([39, 40, 74, 75])), [1.0, 0.5, 0.5, 0.25])


def test_steps_and_fractions_may_be_mixed():
    waiting = step_decay(peak=1.0, at=(0.5, 900))
    assert waiting.over(1000) == step_decay(peak=1.0, steps=1000, at=(500, 900))
    with pytest.raises(ValueError, match="drops that increase"):
        waiting.over(2000)

import numpy as np
from hypothesis import strategies as st
from schedules.drawn import NO_COUNT, NO_NUMBER_ABOVE_ZERO, bad

from paceline.schedules import noam

EXAMPLES = {}
BAD = [
    *bad(noam, {"model_dim": 64}, model_dim=(*NO_COUNT, None), steps=NO_COUNT),
    *bad(noam, {"model_dim": 64}, warmup=(0, 0.0, -1, 1.0, "a", None), factor=NO_NUMBER_ABOVE_ZERO),
    (noam, {"model_dim": 64, "steps": 100, "warmup": 4000}, "warmup"),
]


def recipe():
    return st.builds(noam, model_dim=st.integers(1, 4096), warmup=st.floats(0.1, 0.4))


def test_the_rates_are_those_of_the_paper():
    schedule = noam(model_dim=512, steps=10_000, warmup=400)
    update = np.arange(1, 10_001)
    paper = 512**-0.5 * np.minimum(update**-0.5, update * 400**-1.5)
    np.testing.assert_allclose(schedule(np.arange(10_000)), paper, rtol=1e-13)


def test_a_warm_up_of_one_update_is_none():
    np.testing.assert_allclose(noam(model_dim=4, steps=9, warmup=1)(np.array([0, 3])), [0.5, 0.25])

import numpy as np
from hypothesis import strategies as st
from schedules.drawn import NO_SCHEDULE, bad

from paceline.schedules import Cosine, Overlapped, warmup

COSINE = Cosine(start=0.1, end=0.0, steps=20)
RAMP = warmup(peak=1.0, steps=4)
EXAMPLES = {"overlapped": Overlapped(schedule=COSINE, warmup=RAMP)}
BAD = bad(
    Overlapped, {"schedule": COSINE, "warmup": RAMP}, schedule=NO_SCHEDULE, warmup=NO_SCHEDULE
)


def wrapper(ends, any_):
    return st.builds(Overlapped, schedule=any_, warmup=any_)


def test_the_schedule_runs_while_the_warm_up_multiplies_it():
    warm = COSINE.overlapped(RAMP)
    steps = np.arange(30)
    factors = np.minimum((steps + 1) / 5, 1)
    np.testing.assert_allclose(warm(steps), COSINE(steps) * factors, rtol=1e-14)
    assert warm.length == 20

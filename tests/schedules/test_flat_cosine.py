import numpy as np
from hypothesis import strategies as st
from schedules.drawn import NO_COUNT, NO_LENGTH, NO_RATE, bad, rates, shares

from paceline.schedules import flat_cosine

EXAMPLES = {}
BAD = [
    *bad(flat_cosine, {"peak": 1.0}, peak=NO_RATE, steps=NO_COUNT, warmup=NO_LENGTH),
    *bad(flat_cosine, {"peak": 1.0}, stable=NO_LENGTH, floor=(*NO_RATE, 2.0)),
    (flat_cosine, {"peak": 1.0, "warmup": 0.5, "stable": 0.6}, "stable"),
]


def recipe():
    return st.builds(flat_cosine, peak=rates, warmup=shares, stable=shares)


def test_it_is_flat_and_then_falls():
    schedule = flat_cosine(peak=1.0, steps=100)
    np.testing.assert_allclose(schedule(np.array([0, 75, 100])), [1.0, 1.0, 0.0])
    np.testing.assert_allclose(schedule(np.array([87, 88])).mean(), 0.5, atol=1e-3)

import numpy as np
from hypothesis import strategies as st
from schedules.drawn import NO_COUNT, NO_RATE, bad, rates

from paceline.schedules import cyclic

EXAMPLES = {}
BAD = [
    *bad(cyclic, {"peak": 1.0}, peak=NO_RATE, steps=NO_COUNT, start_factor=(*NO_RATE, 1.5)),
    *bad(cyclic, {"peak": 1.0, "steps": 100}, cycles=(*NO_COUNT, None, 51)),
    *bad(cyclic, {"peak": 1.0, "steps": 100}, rise=(0, 1.0, -1, "a", None, 25)),
    *bad(cyclic, {"peak": 1.0}, mode=("square", 3, None), end_factor=(0, 2, "a", None)),
]


def recipe():
    return st.builds(
        cyclic,
        peak=rates,
        cycles=st.integers(1, 5),
        mode=st.sampled_from(["triangular", "triangular2", "exp_range"]),
    )


def test_the_triangles_fill_the_steps():
    schedule = cyclic(peak=1.0, steps=40, cycles=2)
    np.testing.assert_allclose(schedule(np.array([0, 10, 20, 30, 40])), [0.1, 1, 0.1, 1, 0.1])
    assert cyclic(peak=1.0, steps=43, cycles=2).length == 43


def test_each_triangle_is_half_as_high():
    schedule = cyclic(peak=1.0, steps=40, cycles=2, mode="triangular2")
    np.testing.assert_allclose(schedule(np.array([10, 30])), [1.0, 0.55])


def test_the_height_shrinks_at_every_step():
    plain = cyclic(peak=1.0, steps=40, cycles=2, start_factor=0.0)
    shrinks = cyclic(peak=1.0, steps=40, cycles=2, start_factor=0.0, mode="exp_range")
    steps = np.arange(40)
    np.testing.assert_allclose(shrinks(steps), plain(steps) * 0.1 ** (steps / 40), atol=1e-15)

import keras
import numpy as np
from hypothesis import strategies as st
from schedules.drawn import NO_COUNT, NO_LENGTH, NO_RATE, bad, lengths, rates, shares

from paceline.schedules import Exponential, exponential

EXAMPLES = {
    "exponential": Exponential(start=0.1, factor=0.5, every=10, staircase=True, steps=30),
    "exponential_to_end": Exponential(start=0.1, end=0.01, steps=30),
    "exponential_floor": Exponential(start=0.1, factor=0.9, every=1, floor=0.01),
}
STAIRS = {"start": 1.0, "factor": 0.5, "every": 5}
BAD = [
    *bad(Exponential, STAIRS, start=NO_RATE, factor=(0, -1, 1.5, 1e300, "a", None)),
    *bad(Exponential, STAIRS, every=(*NO_COUNT, None), steps=NO_COUNT, staircase=(1, "yes", None)),
    *bad(Exponential, STAIRS, floor=NO_RATE, end=(0.1, 0)),
    *bad(Exponential, {"start": 1.0, "steps": 5}, end=(-1, 0, float("nan"), "a")),
    (Exponential, {"start": 1.0, "end": 0.5}, "end"),
    (Exponential, {"start": 0, "end": 0.5, "steps": 5}, "start"),
    (Exponential, {**STAIRS, "factor": 1e9, "steps": 500}, "factor"),
    *bad(exponential, {"peak": 1.0}, peak=NO_RATE, steps=NO_COUNT, warmup=NO_LENGTH),
    *bad(exponential, {"peak": 1.0}, factor=(0, 2, "a", None), every=(0, 0.0, 2.0, "a")),
    *bad(exponential, {"peak": 1.0}, staircase=(1, None), floor=(*NO_RATE, 2.0)),
    (exponential, {"peak": 1.0, "steps": 100, "every": 0.001}, "every"),
]


def leaf(length):
    drawn = {"start": rates, "staircase": st.booleans(), "floor": rates}
    above = st.floats(1e-6, 10)
    return st.one_of(
        st.builds(Exponential, **drawn, factor=st.floats(1e-6, 1), every=lengths, steps=length),
        st.builds(
            Exponential, **drawn, factor=st.floats(1, 2), every=st.just(7), steps=st.just(60)
        ),
        st.builds(Exponential, start=above, end=above, steps=lengths),
    )


def recipe():
    return st.builds(exponential, peak=rates, warmup=shares, staircase=st.booleans())


def test_an_exponential_falls_by_its_factor_every_period():
    decay = Exponential(start=1.0, factor=0.5, every=10)
    np.testing.assert_allclose(decay(np.array([0, 5, 10, 30])), [1.0, 0.5**0.5, 0.5, 0.125])


def test_a_staircase_falls_at_whole_periods_only():
    stairs = Exponential(start=1.0, factor=0.5, every=10, staircase=True)
    np.testing.assert_array_equal(stairs(np.array([0, 9, 10, 19, 20])), [1, 1, 0.5, 0.5, 0.25])


def test_a_factor_close_to_one_is_exact_in_float32():
    decay = Exponential(start=1.0, factor=0.99999, every=1)
    step = 300_000
    got = float(decay(keras.ops.convert_to_tensor(step)))
    np.testing.assert_allclose(got, decay(step), rtol=1e-6)


def test_a_factor_of_one_is_a_fixed_rate():
    assert Exponential(start=0.1, factor=1.0, every=1)(10**12) == 0.1


def test_an_end_is_reached_at_the_length():
    rising = Exponential(start=0.001, end=0.1, steps=10)
    np.testing.assert_allclose(rising(np.array([0, 5, 10, 99])), [0.001, 0.01, 0.1, 0.1])


def test_a_rate_that_grows_does_so_in_stairs_too():
    stairs = Exponential(start=1.0, factor=2.0, every=3, staircase=True, steps=8)
    np.testing.assert_allclose(stairs(np.arange(10)), [1, 1, 1, 2, 2, 2, 4, 4, 4, 4])


def test_a_rate_never_falls_below_its_floor():
    decay = Exponential(start=1.0, factor=0.1, every=1, floor=0.05)
    np.testing.assert_allclose(decay(np.arange(4)), [1.0, 0.1, 0.05, 0.05])

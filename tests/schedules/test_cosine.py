import numpy as np
import pytest
from hypothesis import strategies as st
from schedules.drawn import (
    NO_COUNT,
    NO_LENGTH,
    NO_NUMBER_ABOVE_ZERO,
    NO_RATE,
    bad,
    exponents,
    lengths,
    rates,
    shares,
)

from paceline.schedules import Cosine, cosine

EXAMPLES = {
    "cosine": Cosine(start=0.1, end=0.01, steps=20),
    "cosine_k": Cosine(start=0.1, end=0.01, steps=20, exponent=0.5, k=2.0),
}
LINE = {"start": 1.0, "end": 0.0, "steps": 5}
BAD = [
    *bad(Cosine, LINE, start=NO_RATE, end=NO_RATE, steps=NO_COUNT),
    *bad(Cosine, LINE, exponent=NO_NUMBER_ABOVE_ZERO, k=NO_NUMBER_ABOVE_ZERO),
    *bad(
        cosine, {"peak": 1.0}, peak=NO_RATE, steps=NO_COUNT, warmup=NO_LENGTH, floor=(*NO_RATE, 2.0)
    ),
]


def leaf(length):
    drawn = {"start": rates, "end": rates, "steps": lengths}
    return st.one_of(
        st.builds(Cosine, **drawn),
        st.builds(Cosine, **drawn, exponent=exponents),
        st.builds(Cosine, **drawn, exponent=st.floats(0.5, 3), k=exponents),
    )


def recipe():
    return st.builds(cosine, peak=rates, warmup=shares)


def test_a_cosine_falls_to_its_end_and_does_not_rebound():
    half = Cosine(start=1.0, end=0.1, steps=10)
    assert half(0) == 1.0
    assert half(5) == pytest.approx(0.55, rel=1e-15)
    np.testing.assert_array_equal(half(np.arange(10, 40)), 0.1)


def test_a_cosine_from_below_rises():
    half = Cosine(start=0.0, end=1.0, steps=10)
    assert np.all(np.diff(half(np.arange(11))) > 0)
    assert half(0) == 0.0
    assert half(10) == 1.0


def test_a_large_k_stays_high_for_longer():
    early = Cosine(start=1.0, end=0.0, steps=10)
    late = Cosine(start=1.0, end=0.0, steps=10, k=3.0)
    steps = np.arange(1, 10)
    assert np.all(late(steps) > early(steps))
    assert late(10) == 0


def test_an_exponent_is_that_of_the_weight():
    steps = np.arange(12)
    plain, square = (
        Cosine(start=1.0, end=0.0, steps=10),
        Cosine(start=1.0, end=0.0, steps=10, exponent=2.0),
    )
    np.testing.assert_allclose(square(steps), plain(steps) ** 2, atol=1e-15)

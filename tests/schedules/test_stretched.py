import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest
from hypothesis import strategies as st
from schedules.drawn import NO_COUNT, NO_SCHEDULE, bad

from paceline.schedules import (
    Constant,
    Cosine,
    InverseSqrt,
    Linear,
    Piecewise,
    Stretched,
    Tabulated,
)

CHAIN = Linear(start=0.0, end=1.0, steps=10) >> Cosine(start=1.0, end=0.1, steps=20)
EXAMPLES = {
    "stretched": Stretched(schedule=CHAIN, steps=45, of=30),
    "stretched_endless": Stretched(schedule=InverseSqrt(start=1.0, timescale=10), steps=3, of=2),
}
BAD = [
    *bad(
        Stretched,
        {"schedule": CHAIN, "steps": 60, "of": 30},
        schedule=NO_SCHEDULE,
        steps=(*NO_COUNT, None),
        of=(*NO_COUNT, None, 7),
    ),
    (Stretched, {"schedule": CHAIN, "steps": 7, "of": 20}, "steps"),
    *bad(CHAIN.over, {}, steps=(*NO_COUNT, None)),
    *bad(CHAIN.stretched, {}, by=(0, -1, float("nan"), 1e10, "a", None)),
]


@st.composite
def wrapper(draw, ends, any_):
    # JAX counts in int32, and what it compresses must fit
    inside = draw(any_.filter(lambda each: each.length is None or each.length < 2**31))
    if inside.length is None:
        return inside.stretched(draw(st.sampled_from([0.5, 1.5, 2.0, 100.0, 0.01, 1 / 3])))
    return inside.over(draw(st.one_of(st.integers(1, 60), st.integers(1, 10**6))))


def test_a_segment_of_another_length_is_of_its_own_class():
    assert Cosine(start=1.0, end=0.0, steps=10).over(70) == Cosine(start=1.0, end=0.0, steps=70)
    assert CHAIN.over(30) is CHAIN


def test_a_chain_keeps_its_shape():
    long = CHAIN.over(300)
    other = Linear(start=0.0, end=1.0, steps=100) >> Cosine(start=1.0, end=0.1, steps=200)
    np.testing.assert_allclose(long(np.arange(320)), other(np.arange(320)), rtol=1e-13, atol=1e-15)


def test_stretching_back_is_the_schedule_itself():
    assert CHAIN.over(77).over(30) is CHAIN
    assert CHAIN.over(77).over(99) == CHAIN.over(99)


def test_boundaries_between_whole_steps_come_at_the_next():
    table = Tabulated(rates=(3.0, 2.0, 1.0)).over(7)
    np.testing.assert_array_equal(table(np.arange(9)), [3, 3, 3, 2, 2, 1, 1, 1, 1])


def test_an_endless_schedule_has_a_pace_but_no_horizon():
    falling = InverseSqrt(start=1.0, timescale=10)
    np.testing.assert_allclose(
        falling.stretched(by=1.5)(np.array([3, 30])), falling(np.array([2, 20]))
    )
    with pytest.raises(ValueError, match=r"over needs a schedule that ends.*\.cut\(50\)"):
        falling.over(50)


@pytest.mark.parametrize("steps", [10**15 + 1, 3 * 10**9])
def test_a_product_beyond_int64_is_not_formed(steps):
    long = (Constant(rate=1.0, steps=2**40 - 1) >> Constant(rate=0.5, steps=2**40 + 3)).over(steps)
    edge = -(-(2**40 - 1) * steps // (2**41 + 2))
    assert long(edge - 1) == 1.0
    assert long(edge) == 0.5
    np.testing.assert_array_equal(long(np.array([edge - 1, edge])), [1.0, 0.5])


def test_a_boundary_inside_cycles_of_no_growth_is_exact_in_a_graph():
    pieces = Piecewise(
        boundaries=(10, 36, 3 * 10**8), rates=(1.0, 0.0, 1.0, 0.0), steps=300_459_009
    )
    nested = pieces.repeat(times=3, growth=1.1).repeat(times=1, growth=1.1)
    step = 300_459_020
    assert float(nested(keras.ops.convert_to_tensor(step))) == nested(step) == 1.0


def test_an_endless_schedule_at_an_odd_pace_goes_on_on_jax():
    slow = Cosine(start=0.1, end=0.0, steps=100).repeat().stretched(by=3.14159)
    steps = np.array([2_000, 5_000, 10**6])
    got = jax.jit(slow.__call__)(jnp.array(steps, dtype="int32"))
    np.testing.assert_allclose(got, slow(steps), atol=1e-7)


def test_one_step_gives_a_number():
    assert isinstance(Constant(rate=0.1)(0), np.float64)
    assert isinstance((CHAIN >> Constant(rate=0.1))(35), np.float64)

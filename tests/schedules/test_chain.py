import keras
import numpy as np
from hypothesis import strategies as st
from schedules.drawn import NO_SCHEDULE, bad

from paceline.schedules import Chain, Constant, Cosine, Linear

LINE = Linear(start=0.0, end=0.1, steps=10)
EXAMPLES = {
    "chain": Chain(
        parts=(LINE, 0.5 * Constant(rate=0.2, steps=5), Cosine(start=0.1, end=0, steps=9))
    )
}
BAD = [
    *bad(Chain, {}, parts=((), 3, "ab", None)),
    *((Chain, {"parts": (LINE, wrong)}, "parts[1]") for wrong in NO_SCHEDULE),
]


@st.composite
def wrapper(draw, ends, any_):
    return Chain(parts=(*draw(st.lists(ends, min_size=1, max_size=3)), draw(any_)))


WARMUP = Linear(start=0.0, end=1.0, steps=5)
STABLE = Constant(rate=1.0, steps=10)
DECAY = Cosine(start=1.0, end=0.1, steps=20)


def test_a_chain_hands_over_at_the_boundary():
    chain = Constant(rate=0.5, steps=3) >> Constant(rate=0.25, steps=2) >> Constant(rate=0.125)
    np.testing.assert_array_equal(chain(np.arange(7)), [0.5, 0.5, 0.5, 0.25, 0.25, 0.125, 0.125])
    assert chain.boundaries == (3, 5)


def test_a_chain_is_flat_however_it_is_grouped():
    chain = WARMUP >> STABLE >> DECAY
    assert chain == WARMUP >> (STABLE >> DECAY) == Chain(parts=[WARMUP, STABLE, DECAY])
    assert chain.parts == (WARMUP, STABLE, DECAY)


def test_a_chain_lasts_as_long_as_its_parts():
    assert (WARMUP >> STABLE >> DECAY).length == 35
    assert (WARMUP >> Constant(rate=1.0)).length is None


def test_each_part_starts_from_its_own_first_step():
    chain = WARMUP >> STABLE >> DECAY
    np.testing.assert_array_equal(chain(np.arange(15, 40)), DECAY(np.arange(25)))


def test_steps_may_come_in_any_order_and_shape():
    chain = WARMUP >> STABLE >> DECAY
    steps = np.array([[30, 2], [-4, 15]])
    assert chain(steps).shape == (2, 2)
    assert chain(steps)[1, 0] == chain(0)


def test_a_part_longer_than_int32_works_on_jax_arrays():
    import jax.numpy as jnp

    chain = Linear(start=1.0, end=0.0, steps=10**12) >> Constant(rate=0.5)
    np.testing.assert_allclose(chain(jnp.arange(3)), 1.0, rtol=1e-6)
    assert float(chain(jnp.int32(7))) == 1.0


def test_the_rate_of_an_optimizer_follows_the_chain():
    optimizer = keras.optimizers.SGD(WARMUP >> STABLE)
    optimizer.build([keras.Variable([0.0])])
    optimizer.iterations.assign(2)
    assert float(optimizer.learning_rate) == np.float32(0.4)

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest
from hypothesis import strategies as st
from schedules.drawn import NO_COUNT, NO_SCHEDULE, bad

from paceline.schedules import Constant, Cosine, Linear, Repeated

LINE = Linear(start=1.0, end=0.0, steps=4)
EXAMPLES = {"repeated": Repeated(schedule=LINE, times=3, growth=1.5, scale=0.5)}
BAD = [
    *bad(Repeated, {"schedule": LINE}, schedule=(*NO_SCHEDULE, Constant(rate=1.0)), times=NO_COUNT),
    *bad(Repeated, {"schedule": LINE}, growth=(0.5, -1, float("nan"), 1e7, "a", None)),
    *bad(Repeated, {"schedule": LINE}, scale=(0, 1.5, -1, float("nan"), "a", None)),
    *bad(Repeated, {"schedule": LINE}, growth=(1.0001,), steps=(5,)),
    *bad(Repeated, {"schedule": LINE, "times": 2}, steps=(*NO_COUNT, 1)),
]


def wrapper(ends, any_):
    growths = st.one_of(st.just(1.0), st.sampled_from([1.1, 1.5, 2.0, 3.0, 10.0]), st.floats(1, 5))
    return st.one_of(
        st.builds(Repeated, schedule=ends, times=st.none() | st.integers(1, 9)),
        st.builds(
            Repeated,
            schedule=ends,
            times=st.integers(1, 6),
            growth=growths,
            scale=st.floats(0.1, 1),
        ),
    )


def test_cycles_follow_each_other():
    saw = LINE.repeat(times=2, scale=0.5)
    expected = [1, 0.75, 0.5, 0.25, 0.5, 0.375, 0.25, 0.125, 0, 0]
    np.testing.assert_allclose(saw(np.arange(10)), expected)
    assert saw.length == 8


def test_cycles_without_end_go_on():
    saw = LINE.repeat()
    assert saw.length is None
    np.testing.assert_allclose(saw(4 * 10**15 + np.arange(4)), LINE(np.arange(4)))


def test_longer_cycles_have_the_same_shape():
    grown = Cosine(start=1.0, end=0.0, steps=10).repeat(times=3, growth=2.0)
    for start, long in ((0, 10), (10, 20), (30, 40)):
        alone = Cosine(start=1.0, end=0.0, steps=long)
        np.testing.assert_allclose(
            grown(start + np.arange(long)), alone(np.arange(long)), atol=1e-14
        )


def test_a_growth_of_a_decimal_number_is_read_as_it_is_written():
    # 1.1 in binary is a little more: its cycles would begin at 11, 23, 36 and, one late, at 10^8
    starts = [0, 10, 21, 34, 47, 62, 78]
    grown = Constant(rate=1.0, steps=10).repeat(growth=1.1, scale=0.5)
    for cycle, start in enumerate(starts):
        assert grown(start) == 0.5**cycle
        assert start == 0 or grown(start - 1) == 0.5 ** (cycle - 1)


@pytest.mark.parametrize(("first", "cycle"), [(100, 20), (1000, 17)])
def test_a_restart_beyond_ten_to_the_eight_is_exact(first, cycle):
    cosine = Cosine(start=1.0, end=0.0, steps=first).repeat(growth=2.0)
    begin = first * (2**cycle - 1)
    assert begin > 10**8
    assert cosine(begin) == 1.0
    assert cosine(begin - 1) < 1e-10
    assert 0.999 < cosine(begin + 1) < 1.0


def test_a_boundary_inside_a_longer_cycle_is_exact():
    steps = Constant(rate=1.0, steps=300) >> Constant(rate=0.5, steps=700)
    grown = steps.repeat(growth=2.0)
    begin = 1000 * (2**17 - 1)
    inside = begin + 300 * 2**17
    np.testing.assert_array_equal(grown(np.array([inside - 1, inside])), [1.0, 0.5])


def test_cycles_that_grow_too_slowly_to_be_listed_are_refused():
    with pytest.raises(ValueError, match="4096 cycles"):
        LINE.repeat(growth=1.0001)


def test_another_horizon_moves_every_cycle_to_the_next_whole_step():
    saw = LINE.repeat(times=3).over(10)
    assert saw == Repeated(schedule=LINE, times=3, steps=10)
    assert saw.length == 10
    np.testing.assert_allclose(saw(np.array([0, 3, 4, 6, 7, 10])), [1, 0.25, 1, 1 / 3, 1, 0])
    assert saw.over(12) == LINE.repeat(times=3)
    assert LINE.repeat(times=3).over(2)(1) == 0.5


def test_a_million_cycles_of_another_length_are_read_between_the_steps():
    many = LINE.repeat(times=10**6).over(8 * 10**6)
    steps = np.array([0, 1, 7, 8, 8 * 10**6 - 8, 8 * 10**6 - 1])
    np.testing.assert_allclose(many(steps), [1, 0.875, 0.125, 1, 1, 0.125])


def test_cycles_that_were_fitted_to_a_horizon_are_slowed_down_as_they_are():
    fitted = LINE.repeat(times=3).over(10)
    steps = np.arange(25)
    np.testing.assert_allclose(fitted.accumulated(2)(steps), fitted(steps // 2), rtol=1e-12)


def test_as_many_cycles_as_the_message_says_are_allowed():
    assert LINE.repeat(times=4096).over(10_000).length == 10_000
    assert LINE.repeat(times=4096, growth=1.001).times == 4096


def test_slow_growth_without_end_is_listed_as_far_as_it_matters():
    grown = Linear(start=1.0, end=0.0, steps=1000).repeat(growth=1.005)
    assert grown(0) == grown(1000) == grown(2005) == 1.0
    assert grown(10**10) < 1.0


def test_the_area_of_cycles_that_hardly_shrink_keeps_its_digits():
    area = LINE.repeat(times=3, scale=1 - 1e-12).area()
    assert area == pytest.approx(2.5 * (3 - 3e-12), rel=1e-15)


@pytest.mark.parametrize(("first", "growth"), [(4, 1.1), (1, 1.3), (1, 2.0), (1000, 10.0)])
def test_growth_without_end_stays_within_the_ints(first, growth):
    grown = Linear(start=1.0, end=0.0, steps=first).repeat(growth=growth)
    rates = grown(np.array([0, first, 10**9, 2**62]))
    assert rates[0] == rates[1] == 1.0
    assert np.all((rates >= 0) & (rates <= 1))
    assert float(grown(keras.ops.convert_to_tensor(0))) == 1.0


def test_cycles_beyond_the_ints_are_refused():
    with pytest.raises(ValueError, match="times=64"):
        LINE.repeat(times=64, growth=2.0)


def test_a_boundary_in_endless_cycles_is_exact_on_jax():
    stairs = Constant(rate=0.1, steps=5) >> Constant(rate=0.01, steps=5)
    grown = stairs.repeat(growth=1.1)
    steps = np.arange(6_000, 7_000)
    got = jax.jit(grown.__call__)(jnp.array(steps, dtype="int32"))
    np.testing.assert_allclose(got, grown(steps), rtol=1e-6)


def test_long_cycles_of_odd_growth_do_not_leave_the_ints():
    grown = (Constant(rate=1.0, steps=299_999_999) >> Constant(rate=0.5, steps=1)).repeat(
        times=5, growth=4.75
    )
    last = grown.length - 1
    assert grown(last) == grown(np.array([last, last - 1]))[0] == 0.5


def test_the_area_of_a_beginning_reads_no_whole_cycle():
    long = Cosine(start=1.0, end=0.0, steps=10**9, exponent=0.5).repeat(times=3)
    assert long.area(steps=2) == pytest.approx(2.0)


def test_a_first_cycle_beyond_the_ints_of_jax_is_read_as_it_is():
    long = Linear(start=1.0, end=0.0, steps=3 * 10**9).repeat(times=2, growth=2.0)
    steps = np.array([0, 2**31 - 1])
    got = jax.jit(long.__call__)(jnp.array(steps, dtype="int32"))
    np.testing.assert_allclose(got, long(steps), rtol=1e-6)

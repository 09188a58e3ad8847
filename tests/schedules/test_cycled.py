import jax
import jax.numpy as jnp
import numpy as np
from hypothesis import strategies as st
from schedules.drawn import NO_SCHEDULE, bad

from paceline.schedules import Constant, Cycled, Polynomial

ROOT = Polynomial(start=1.0, end=0.2, steps=10, power=0.5)
EXAMPLES = {"cycled": Cycled(schedule=ROOT)}
BAD = bad(Cycled, {}, schedule=(*NO_SCHEDULE, Constant(rate=1.0)))


def wrapper(ends, any_):
    return st.builds(Cycled, schedule=ends)


def test_each_cycle_is_the_end_of_a_longer_run():
    cycles = ROOT.cycled()
    np.testing.assert_allclose(cycles(np.arange(11)), ROOT(np.arange(11)))
    long = Polynomial(start=1.0, end=0.2, steps=30, power=0.5)
    np.testing.assert_allclose(cycles(np.arange(21, 31)), long(np.arange(21, 31)), rtol=1e-14)
    assert cycles.length is None


def test_cycles_of_one_step_fit_into_the_ints_of_jax():
    steps = np.array([0, 1, 2, 2**31 - 2, 2**31 - 1])
    ones = Polynomial(start=0.5, end=1.0, steps=1).cycled()
    np.testing.assert_allclose(jax.jit(ones.__call__)(jnp.array(steps, dtype="int32")), ones(steps))


def test_the_table_of_slower_cycles_shows_where_each_part_begins():
    table = (Constant(rate=1.0, steps=4) >> Constant(rate=0.5, steps=6)).cycled().table(steps=30)
    assert [(row.segment, row.first_step) for row in table] == [
        ("Constant, cycle 1", 0),
        ("Constant, cycle 1", 4),
        ("Constant, cycle 2", 11),
        ("Constant, cycle 3", 21),
    ]
    assert [row.first_rate for row in table] == [1.0, 0.5, 0.5, 0.5]


def test_cycles_that_are_slowed_down_begin_just_after_the_step():
    slow = ROOT.cycled().stretched(by=2)
    assert [row.first_step for row in slow.table(steps=60)] == [0, 21, 41]
    rates = slow(np.arange(60))
    assert rates[20] < rates[21]
    assert rates[40] < rates[41]

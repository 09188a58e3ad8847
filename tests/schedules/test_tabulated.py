import numpy as np
from hypothesis import strategies as st
from schedules.drawn import NO_RATE, bad, rates

from paceline.schedules import Constant, Tabulated

EXAMPLES = {"tabulated": Tabulated(rates=(0.1, 0.3, 0.2))}
BAD = [
    *bad(Tabulated, {}, rates=((), 3, "abc", None)),
    *((Tabulated, {"rates": (1.0, wrong)}, "rates[1]") for wrong in NO_RATE),
]


def leaf(length):
    return st.builds(Tabulated, rates=st.lists(rates, min_size=1, max_size=5).map(tuple))


def test_a_table_gives_its_rates_and_then_holds_the_last():
    table = Tabulated(rates=[0.1, 0.3, 0.2])
    np.testing.assert_array_equal(table(np.arange(-1, 5)), [0.1, 0.1, 0.3, 0.2, 0.2, 0.2])


def test_a_table_lasts_as_many_steps_as_it_has_rates():
    chain = Tabulated(rates=(0.1, 0.3)) >> Constant(rate=1.0)
    np.testing.assert_array_equal(chain(np.arange(4)), [0.1, 0.3, 1.0, 1.0])


def test_a_schedule_can_be_tabulated():
    chain = Constant(rate=0.5, steps=3) >> Constant(rate=0.25)
    table = Tabulated(rates=chain(np.arange(6)))
    np.testing.assert_array_equal(table(np.arange(6)), chain(np.arange(6)))

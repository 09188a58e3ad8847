import numpy as np

from paceline.schedules import Constant, Tabulated


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

import numpy as np

from paceline.schedules import Constant


def test_a_constant_is_the_same_at_every_step():
    np.testing.assert_array_equal(Constant(rate=0.1)(np.array([-5, 0, 10**15])), 0.1)


def test_a_constant_never_ends_unless_it_is_told_to():
    assert Constant(rate=0.1).length is None
    assert Constant(rate=0.1, steps=7).length == 7

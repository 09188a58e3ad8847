import numpy as np

from paceline.schedules import Piecewise


def test_a_change_takes_effect_at_its_boundary():
    pieces = Piecewise(boundaries=(10, 20), rates=(0.3, 0.2, 0.1))
    steps = np.array([-1, 0, 9, 10, 19, 20, 10**9])
    np.testing.assert_array_equal(pieces(steps), [0.3, 0.3, 0.3, 0.2, 0.2, 0.1, 0.1])


def test_pieces_may_be_given_as_lists_and_numpy_numbers():
    pieces = Piecewise(boundaries=[np.int32(10)], rates=np.array([0.25, 0.5]))
    assert pieces == Piecewise(boundaries=(10,), rates=(0.25, 0.5))
    assert repr(pieces) == "Piecewise(boundaries=(10,), rates=(0.25, 0.5), steps=None)"


def test_pieces_that_end_hold_the_rate_they_end_with():
    assert Piecewise(boundaries=(10, 20), rates=(0.3, 0.2, 0.1), steps=15)(30) == 0.2

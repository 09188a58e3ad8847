import numpy as np
from hypothesis import strategies as st
from schedules.drawn import NO_COUNT, NO_RATE, bad, lengths, rates

from paceline.schedules import Piecewise

EXAMPLES = {
    "piecewise": Piecewise(boundaries=(5, 9), rates=(0.1, 0.01, 0.001)),
    "piecewise_factors": Piecewise(boundaries=(5, 9), start=0.1, factors=(0.5, 0.1), steps=12),
}
PIECES = {"boundaries": (5, 9), "rates": (1.0, 0.5, 0.1)}
FACTORS = {"boundaries": (5, 9), "start": 1.0, "factors": (0.5, 0.1)}
BAD = [
    *bad(Piecewise, PIECES, boundaries=(5, (), (9, 5), (5, 5), "ab"), steps=NO_COUNT),
    *bad(Piecewise, PIECES, rates=("abc", 5, (), (1.0, 0.5)), factors=((0.5,), (0.1, 0.1))),
    *bad(Piecewise, FACTORS, start=(-1, float("nan"), "a"), rates=((1.0, 2.0, 3.0),)),
    *bad(Piecewise, FACTORS, factors=((), 5, (0.5,), "ab")),
    (Piecewise, {**PIECES, "boundaries": (0, 5)}, "boundaries[0]"),
    (Piecewise, {**PIECES, "boundaries": (1, 2.5)}, "boundaries[1]"),
    *((Piecewise, {**PIECES, "rates": (1.0, wrong, 0.1)}, "rates[1]") for wrong in NO_RATE),
    *((Piecewise, {**FACTORS, "factors": (1.0, wrong)}, "factors[1]") for wrong in NO_RATE),
]


@st.composite
def leaf(draw, length):
    bounds = tuple(draw(st.lists(lengths, min_size=1, max_size=4, unique=True).map(sorted)))
    size = {"min_size": len(bounds), "max_size": len(bounds)}
    if draw(st.booleans()):
        factors = tuple(draw(st.lists(st.floats(0, 2), **size)))
        return Piecewise(boundaries=bounds, start=draw(rates), factors=factors, steps=draw(length))
    values = (draw(rates), *draw(st.lists(rates, **size)))
    return Piecewise(boundaries=bounds, rates=values, steps=draw(length))


def test_a_change_takes_effect_at_its_boundary():
    pieces = Piecewise(boundaries=(10, 20), rates=(0.3, 0.2, 0.1))
    steps = np.array([-1, 0, 9, 10, 19, 20, 10**9])
    np.testing.assert_array_equal(pieces(steps), [0.3, 0.3, 0.3, 0.2, 0.2, 0.1, 0.1])


def test_pieces_may_be_given_as_lists_and_numpy_numbers():
    pieces = Piecewise(boundaries=[np.int32(10)], rates=np.array([0.25, 0.5]))
    assert pieces == Piecewise(boundaries=(10,), rates=(0.25, 0.5))
    assert repr(pieces) == "Piecewise(boundaries=(10,), rates=(0.25, 0.5))"


def test_pieces_that_end_hold_the_rate_they_end_with():
    assert Piecewise(boundaries=(10, 20), rates=(0.3, 0.2, 0.1), steps=15)(30) == 0.2


def test_factors_multiply_the_rate_so_far():
    pieces = Piecewise(boundaries=(2, 4), start=1.0, factors=(0.5, 0.1))
    np.testing.assert_allclose(pieces(np.arange(6)), [1.0, 1.0, 0.5, 0.5, 0.05, 0.05])

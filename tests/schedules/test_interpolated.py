import numpy as np
import pytest
from hypothesis import strategies as st
from schedules.drawn import bad, lengths, rates

from paceline.schedules import Interpolated

EXAMPLES = {"interpolated": Interpolated(points=((0, 0.0), (5, 0.1), (20, 0.01)), shape="cosine")}
POINTS = {"points": ((0, 0.0), (5, 0.1))}
BAD = [
    *bad(Interpolated, POINTS, shape=("cubic", "", 3, None)),
    *bad(Interpolated, POINTS, points=(3, (), "ab", ((0, 1.0),), ((1, 0.1), (5, 0.2)))),
    *bad(Interpolated, POINTS, points=(((0, 0.1), (5, 0.2), (5, 0.3)), ((0, 0.1), (9, 1), (5, 1)))),
    *((Interpolated, {"points": ((0, 1.0), wrong)}, "points[1]") for wrong in (3, (1,), "ab")),
]


@st.composite
def leaf(draw, length):
    steps = [0, *draw(st.lists(lengths, min_size=1, max_size=4, unique=True).map(sorted))]
    points = tuple((step, draw(rates)) for step in steps)
    return Interpolated(points=points, shape=draw(st.sampled_from(["linear", "cosine"])))


def test_a_straight_curve_is_what_numpy_interpolates():
    curve = Interpolated(points=((0, 0.0), (5, 0.1), (20, 0.01)))
    steps = np.arange(30)
    np.testing.assert_allclose(curve(steps), np.interp(steps, [0, 5, 20], [0.0, 0.1, 0.01]))


def test_a_half_cosine_lies_between_two_points():
    curve = Interpolated(points=((0, 0.0), (4, 1.0), (8, 0.0)), shape="cosine")
    half = (1 - np.cos(np.pi * np.arange(5) / 4)) / 2
    np.testing.assert_allclose(curve(np.arange(9)), [*half, *half[-2::-1]], atol=1e-15)


def test_points_may_come_as_an_array():
    points = np.array([[0, 0.0], [5, 0.1]])
    with pytest.raises(TypeError, match="whole number"):
        Interpolated(points=points)
    whole = np.array([[0, 1], [5, 2]])
    assert Interpolated(points=whole) == Interpolated(points=((0, 1.0), (5, 2.0)))

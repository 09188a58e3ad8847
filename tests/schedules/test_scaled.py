import numpy as np
import pytest
from hypothesis import strategies as st
from schedules.drawn import NO_RATE, NO_SCHEDULE, bad, rates

from paceline.schedules import Constant, Linear, Scaled

EXAMPLES = {"scaled": Scaled(factor=0.5, schedule=Linear(start=0.0, end=0.1, steps=10))}
BAD = bad(
    Scaled,
    {"factor": 1.0, "schedule": Linear(start=0.0, end=0.1, steps=10)},
    factor=NO_RATE,
    schedule=NO_SCHEDULE,
)


def wrapper(ends, any_):
    return st.builds(Scaled, factor=rates, schedule=any_)


LINE = Linear(start=1.0, end=0.0, steps=4)


def test_a_factor_may_stand_on_either_side():
    assert 0.5 * LINE == LINE * 0.5 == Scaled(factor=0.5, schedule=LINE)
    np.testing.assert_allclose((0.5 * LINE)(np.arange(5)), 0.5 * LINE(np.arange(5)))


@pytest.mark.parametrize("factor", [np.float64(0.5), np.float32(0.5), np.int64(2)])
def test_a_numpy_number_is_a_factor(factor):
    assert factor * LINE == float(factor) * LINE


def test_a_scaled_chain_keeps_its_boundaries():
    chain = 0.1 * (LINE >> Constant(rate=2.0))
    np.testing.assert_allclose(chain(np.array([0, 3, 4, 9])), [0.1, 0.025, 0.2, 0.2])
    assert repr(chain).startswith("0.1 * (Linear(")


def test_scales_nest():
    nested = 0.5 * (0.5 * LINE)
    assert nested(0) == 0.25
    assert nested.length == 4

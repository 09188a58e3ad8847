import numpy as np
import pytest
from schedules.drawn import NO_COUNT, NO_NUMBER_ABOVE_ZERO, bad

from paceline.schedules import warmup

EXAMPLES = {}
GOOD = {"peak": 1.0, "steps": 5}
BAD = [
    *bad(warmup, GOOD, peak=NO_NUMBER_ABOVE_ZERO, steps=(*NO_COUNT, None)),
    *bad(warmup, GOOD, shape=("cubic", 3, None), power=NO_NUMBER_ABOVE_ZERO),
    *bad(warmup, GOOD, start_factor=(0, 1.5, -1, float("nan"), "a")),
]
SHAPES = ["linear", "constant", "polynomial", "cosine", "exponential"]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("start_factor", [None, 0.25, 1.0])
def test_a_warm_up_wastes_no_update_and_reaches_the_peak(shape, start_factor):
    ramp = warmup(peak=0.2, steps=9, shape=shape, start_factor=start_factor)
    rates = ramp(np.arange(9))
    assert np.all(rates > 0)
    assert np.all(np.diff(rates) >= 0)
    assert ramp.length == 9
    if start_factor is not None:
        assert rates[0] == pytest.approx(0.2 * start_factor)
    if shape != "constant":
        assert ramp(9) == pytest.approx(0.2)


def test_a_polynomial_warm_up_is_a_power_of_the_time():
    ramp = warmup(peak=1.0, steps=9, shape="polynomial", power=3.0)
    np.testing.assert_allclose(ramp(np.arange(10)), (np.arange(1, 11) / 10) ** 3, rtol=1e-12)

import numpy as np
import pytest

from paceline.schedules import Linear


def test_a_line_begins_at_start_and_reaches_end_at_its_length():
    line = Linear(start=1.0, end=0.2, steps=4)
    np.testing.assert_allclose(line(np.arange(6)), [1.0, 0.8, 0.6, 0.4, 0.2, 0.2])


def test_a_falling_line_reaches_its_end_exactly():
    assert Linear(start=0.3, end=0.1, steps=49)(49) == 0.1


def test_a_rising_line_leaves_its_start_exactly():
    assert Linear(start=0.1, end=0.3, steps=49)(0) == 0.1


@pytest.mark.parametrize("steps", [1, 41, 10**9])
def test_a_line_to_zero_wastes_no_update(steps):
    line = Linear(start=1.0, end=0.0, steps=steps)
    assert line(steps - 1) > 0
    assert line(steps) == 0

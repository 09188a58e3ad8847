import numpy as np
import pytest
from forecast.laws import since
from hypothesis import given
from hypothesis import strategies as st

from paceline.forecast._memory import Memory


@given(
    power=st.floats(0.1, 3.0),
    scale=st.floats(1e-4, 100.0),
    length=st.integers(2, 400),
    seed=st.integers(0, 100),
)
def test_the_exponentials_sum_to_the_power_kernel(power, scale, length, seed):
    rng = np.random.default_rng(seed)
    rates, weights = rng.uniform(0.01, 1.0, (2, length))
    points = np.unique(np.append(rng.integers(0, length, 5), length - 1))
    memory = Memory.of(rates, points, slowest=1e-4, fastest=100.0, cells=8192)
    totals = memory.totals(weights)[:, None]
    found = memory.remembered(totals) @ memory.power_kernel(scale, power)
    kernels = [(1 + scale * since(rates, t)) ** -power for t in points]
    direct = [weights[: t + 1] @ kernel for t, kernel in zip(points, kernels, strict=True)]
    np.testing.assert_allclose(found, direct, rtol=1e-5)


@pytest.mark.parametrize(("cells", "most", "close"), [(4096, 5000, 2e-5), (8192, 9000, 1e-5)])
def test_a_long_schedule_has_few_cells_and_the_same_sums(cells, most, close):
    rates = 0.5 + 0.5 * np.cos(np.pi * np.arange(60_000) / 60_000)
    points = np.linspace(1000, 58_000, 20).astype(int)
    memory = Memory.of(rates, points, slowest=0.1, fastest=10.0, cells=cells)
    assert len(memory.starts) < most
    found = memory.remembered(memory.totals(rates**2)[:, None]) @ memory.power_kernel(0.1, 1.5)
    direct = [(rates[: t + 1] ** 2 * (1 + 0.1 * since(rates, t)) ** -1.5).sum() for t in points]
    np.testing.assert_allclose(found, direct, rtol=close)


def test_a_jump_of_the_rate_is_at_its_own_update():
    rates = np.where(np.arange(20_000) < 10_007, 1.0, 0.1)
    points = np.array([10_006, 10_007, 10_020, 19_999])
    memory = Memory.of(rates, points, slowest=0.1, fastest=10.0, cells=8192)
    found = memory.remembered(memory.totals(rates**2)[:, None]) @ memory.power_kernel(1.0, 1.5)
    direct = [(rates[: t + 1] ** 2 * (1 + since(rates, t)) ** -1.5).sum() for t in points]
    np.testing.assert_allclose(found, direct, rtol=1e-5)


def test_rates_of_zero_are_remembered_as_nothing():
    rates = np.array([0.0, 0.0, 1.0, 1.0, 0.0, 0.0])
    memory = Memory.of(rates, np.arange(2, 6), slowest=0.1, fastest=10.0, cells=8192)
    found = memory.remembered(memory.totals(rates**2)[:, None]) @ memory.power_kernel(1.0, 1.0)
    np.testing.assert_allclose(found, [1 / 2, 1 / 3 + 1 / 2, 5 / 6, 5 / 6], rtol=1e-6)

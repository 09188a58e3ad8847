import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paceline.comparison._stability import spike_count, spikes


def falling(seed: int, updates: int = 600) -> np.ndarray:
    """Losses that fall to a hundredth and scatter as those of a small batch do."""
    noise = np.random.default_rng(seed).gamma(6.0, 1 / 6.0, updates)
    return np.geomspace(2.0, 0.02, updates) * noise


def test_calm_losses_have_hardly_a_spike():
    found = [len(spikes(falling(seed))) for seed in range(50)]
    assert sum(found) <= 2


@given(st.integers(0, 1_000), st.integers(100, 500), st.integers(1, 5))
@settings(max_examples=50)
def test_a_loss_20_times_what_is_usual_is_one_spike_however_long(seed, place, long):
    losses = falling(seed)
    losses[place : place + long] = 20 * np.median(losses[place - 31 : place])
    heights = spikes(losses)
    assert len(heights) >= 1
    assert heights.max() > 6


@given(st.floats(1e-3, 1e3))
def test_the_unit_of_the_loss_does_not_matter(unit):
    losses = falling(7)
    losses[300] = 3.0
    np.testing.assert_allclose(spikes(unit * losses), spikes(losses), rtol=1e-6)


@pytest.mark.parametrize("losses", [
    [], [1.0] * 20, np.zeros(200), np.full(200, np.nan), -np.ones(200), [1.0] * 100 + [math.inf],
])  # fmt: skip
def test_losses_that_are_short_constant_or_not_finite_have_none(losses):
    assert len(spikes(losses)) == 0


def test_trials_are_counted_with_the_highest_spike():
    wild = falling(1)
    wild[300] = 5.0
    found = spike_count([falling(0), wild])
    assert (found.trials, found.per_trial) == (1, 0.5)
    assert found.largest == pytest.approx(spikes(wild).max())
    assert math.isnan(spike_count([]).per_trial)
    assert spike_count([falling(0)]).largest == 0.0

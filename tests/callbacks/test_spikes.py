"""When a loss counts as a spike: not for the noise that real losses have, and always for a jump."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paceline.callbacks._spikes import Spikes

NOISES = {
    "normal": lambda random, n: 3 + 0.1 * random.normal(size=n),
    "batches of one": lambda random, n: random.normal(size=n) ** 2,
    "heavy tails": lambda random, n: np.exp(1.5 * random.normal(size=n)),
    "mostly zero": lambda random, n: np.maximum(0, random.normal(size=n) - 0.3),
    "falling": lambda random, n: np.exp(-np.arange(n) / 500) * (1 + 0.1 * random.normal(size=n)),
    "drifting up": lambda random, n: 2 + np.arange(n) / n + 0.02 * random.normal(size=n),
    "constant": lambda random, n: np.full(n, 0.5),
    "zero": lambda random, n: np.zeros(n),
    "negative": lambda random, n: -3 + 0.1 * random.normal(size=n),
}


def spikes(is_new=False):
    return Spikes(window=50, threshold=10.0, patience=3, is_new=is_new)


@pytest.mark.parametrize("name", NOISES)
def test_noise_is_no_spike(name):
    """One in ten thousand at most: the mostly-zero and the heavy-tailed ones come near it."""
    count = 0
    for seed in range(4):
        seen = spikes()
        for loss in NOISES[name](np.random.default_rng(seed), 5000):
            count += bool(seen.add(float(loss)))
    assert count <= 2


@settings(deadline=None, max_examples=50)
@given(
    seed=st.integers(0, 1000),
    level=st.floats(1e-6, 1e6),
    jump=st.floats(3.0, 1e6),
    known=st.integers(10, 200),
)
def test_a_loss_that_jumps_and_stays_is_a_spike_after_three(seed, level, jump, known):
    seen = spikes()
    random = np.random.default_rng(seed)
    usual = level * (1 + 0.05 * random.uniform(-1, 1, size=known))
    assert not any(seen.add(float(loss)) for loss in usual)
    assert [bool(seen.add(jump * level)) for _ in range(3)] == [False, False, True]


@pytest.mark.parametrize("loss", [float("nan"), float("inf"), float("-inf")])
def test_a_loss_that_is_not_finite_is_a_spike_at_once(loss):
    assert spikes().add(loss) == f"the loss is {loss}"


def test_one_batch_that_is_far_off_is_none():
    seen = spikes()
    for _ in range(20):
        assert not seen.add(1.0)
        assert seen.is_calm
    assert not seen.add(1e6)
    assert not seen.is_calm
    assert not seen.add(1.0)
    assert seen.is_calm


def test_a_new_training_that_only_gets_worse_diverged():
    worse = [2.0, *np.linspace(2.1, 6.0, 50)]
    old, new = spikes(), spikes(is_new=True)
    assert not any(old.add(loss) for loss in worse)
    reasons = [new.add(loss) for loss in worse]
    assert reasons[-1] == "50 losses in a row are above the first, 2"
    assert not any(reasons[:-1])


def test_a_copy_goes_its_own_way():
    one = spikes()
    for loss in (1.0, 1.1, 0.9):
        one.add(loss)
    other = one.copy()
    bound = one.bound
    other.add(100.0)
    assert one.is_calm
    assert one.bound == bound

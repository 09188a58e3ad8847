import numpy as np
import pytest
from comparison.outcomes import failed, outcome

from paceline.comparison._overfitting import overfits_after

TURNS = [1.0, 0.6, 0.4, 0.5, 0.6]


def trials(validation, seeds=4, **changes):
    return [
        outcome("a", seed, [value + 0.001 * seed for value in validation], **changes)
        for seed in range(seeds)
    ]


def test_it_is_the_epoch_of_the_smallest_validation_loss_before_the_rise():
    assert overfits_after(trials(TURNS)) == 3
    assert overfits_after(trials(TURNS, seeds=1)) == 3


@pytest.mark.parametrize("validation", [[1.0, 0.6, 0.4, 0.3], [1.0, 0.6, 0.4, 0.401], [0.5], []])
def test_a_loss_that_falls_to_the_end_or_hardly_rises_does_not_overfit(validation):
    assert overfits_after(trials(validation)) is None


def test_a_rise_of_both_losses_is_no_overfitting():
    assert overfits_after(trials(TURNS, losses=np.linspace(1.0, 2.0, 50))) is None


def test_a_rise_on_some_seeds_only_is_no_evidence():
    up, down = [1.0, 0.4, 0.6], [1.0, 0.4, 0.3]
    mixed = [outcome("a", seed, up if seed % 2 else down) for seed in range(4)]
    assert overfits_after(mixed) is None


def test_what_is_not_done_is_left_out():
    wild = outcome("a", 8, [1.0, np.nan], status="diverged")
    assert overfits_after([*trials(TURNS), wild, failed("a", 9)]) == 3
    assert overfits_after([wild]) is None

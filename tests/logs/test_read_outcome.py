"""A trial is logged by update, and its epochs where they end."""

import numpy as np
from comparison.outcomes import outcome

from paceline.logs import LoggedTrial, read_outcome


def test_a_trial_gives_every_update_and_epochs_at_their_ends() -> None:
    trial = outcome("a", 0, [2.0, 1.5, 1.2, 1.1])
    assert isinstance(trial, LoggedTrial)
    log = read_outcome(trial)
    np.testing.assert_array_equal(log.training_loss().values, trial.losses)
    np.testing.assert_array_equal(log.track("rate").values, trial.rates)
    np.testing.assert_array_equal(log.track("validation").places, [9, 19, 29, 39])
    np.testing.assert_array_equal(log.read("val_accuracy").values, trial.validation["accuracy"])
    assert log.steps_per_epoch == 10


def test_a_last_epoch_that_is_short_ends_with_the_training() -> None:
    short = outcome("a", 0, [2.0, 1.5], losses=np.ones(15), rates=np.ones(15))
    np.testing.assert_array_equal(read_outcome(short).track("validation").places, [9, 14])

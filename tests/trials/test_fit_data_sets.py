"""What is no array, and what has callbacks, goes through fit; runs on every backend."""

import keras
import numpy as np
import pytest
from trials.small_tasks import BATCH, EPOCHS, X_TEST, Y_TEST, X, Y, outcome, small_task, trainer

from paceline.schedules import constant, cosine
from paceline.trials import Trial, Variant

KINDS = ["PyDataset", "tf.data", "DataLoader"]


class Shuffling(keras.utils.PyDataset):
    def __init__(self):
        super().__init__()
        self.random = np.random.default_rng(np.random.randint(1 << 30))
        self.on_epoch_end()

    num_batches = 6

    def on_epoch_end(self):
        self.order = self.random.permutation(len(X))

    def __getitem__(self, index):
        at = self.order[index * BATCH : (index + 1) * BATCH]
        return X[at], Y[at]


def shuffling(kind):
    if kind == "PyDataset":
        return Shuffling()
    if kind == "tf.data":
        tf = pytest.importorskip("tensorflow")
        return tf.data.Dataset.from_tensor_slices((X, Y)).shuffle(45).batch(BATCH)
    torch = pytest.importorskip("torch")
    data = torch.utils.data.TensorDataset(torch.tensor(X), torch.tensor(Y))
    return torch.utils.data.DataLoader(data, batch_size=BATCH, shuffle=True)


@pytest.mark.parametrize("kind", KINDS)
def test_a_data_set_that_shuffles_does_so_by_the_seed(kind):
    def task():
        return small_task(train=shuffling(kind), epochs=1)

    runs = trainer(task, "fit")
    first, other, again = (runs.run(Trial(variant="cosine", seed=seed)) for seed in (0, 1, 0))

    assert first.error is None
    assert len(first.losses) == 6
    np.testing.assert_array_equal(first.losses, again.losses)
    assert (first.losses != other.losses).any()
    assert len(first.validation["accuracy"]) == 1


def test_a_data_set_that_never_ends_trains_for_the_steps_that_are_given():
    tf = pytest.importorskip("tensorflow")
    endless = tf.data.Dataset.from_tensor_slices((X, Y)).batch(BATCH).repeat()
    made = outcome(small_task(train=endless, steps_per_epoch=4), "fit")
    assert len(made.losses) == 4 * EPOCHS
    assert made.steps_per_epoch == 4


@pytest.mark.filterwarnings("ignore:.*ran out of data")
def test_data_that_end_too_soon_fail_and_say_so():
    tf = pytest.importorskip("tensorflow")
    short = tf.data.Dataset.from_tensor_slices((X, Y)).batch(BATCH)
    task = small_task(train=short, steps_per_epoch=5)
    failed = trainer(task, "fit").run(Trial(variant="cosine", seed=0))
    assert failed.status == "failed"
    assert "of 15 updates" in failed.error


class Halve(keras.callbacks.Callback):
    """Halves the rate at its second epoch; counts what it saw, so that it must be a copy."""

    def __init__(self):
        super().__init__()
        self.epochs = 0

    def on_epoch_begin(self, epoch, logs=None):
        self.epochs += 1
        if self.epochs == 2:
            self.model.optimizer.learning_rate = 0.025


def test_a_callback_may_change_a_constant_rate_and_each_trial_gets_a_copy_of_it():
    variant = Variant(schedule=constant(peak=0.05), callbacks=(Halve(),))
    runs = trainer(small_task(), halved=variant)
    made = [runs.run(Trial(variant="halved", seed=0)) for _ in range(2)]

    assert made[0].error is None
    np.testing.assert_allclose(made[0].rates, [0.05] * 6 + [0.025] * 12, rtol=1e-6)
    np.testing.assert_array_equal(made[0].rates, made[1].rates)
    np.testing.assert_array_equal(made[0].losses, made[1].losses)
    assert variant.callbacks[0].epochs == 0
    kept = outcome(small_task(), seed=0, cosine=constant(peak=0.05))
    np.testing.assert_allclose(made[0].losses[:7], kept.losses[:7], rtol=1e-6)
    assert made[0].losses[10] != kept.losses[10]


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras'
def test_keras_plateau_callback_lowers_the_rate_of_a_variant():
    plateau = keras.callbacks.ReduceLROnPlateau(monitor="loss", patience=1, min_delta=100.0)
    made = outcome(small_task(), cosine=Variant(schedule=constant(peak=0.05), callbacks=(plateau,)))
    assert made.rates[0] == pytest.approx(0.05)
    assert made.rates[-1] == pytest.approx(0.005)


def test_a_schedule_that_changes_drives_a_fit_with_callbacks_too():
    stop = keras.callbacks.EarlyStopping(patience=0, min_delta=100.0)
    schedule = cosine(peak=0.05)
    made = outcome(
        small_task(test=(X_TEST, Y_TEST)), cosine=Variant(schedule=schedule, callbacks=(stop,))
    )
    assert len(made.losses) == 12  # stopped after the second of three epochs
    np.testing.assert_array_equal(made.rates, schedule.over(18)(np.arange(12)))
    assert made.status == "done"
    assert set(made.test) == {"loss", "accuracy"}

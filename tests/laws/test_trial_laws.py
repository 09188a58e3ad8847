"""Laws of trials: what a seed fixes, and what a record keeps."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from paceline.trials._outcome import final_mean
from paceline.trials._record import Record
from paceline.trials._seeds import Seeds

seeds = st.integers(0, 2**40)
losses = st.lists(st.floats(width=32), min_size=1, max_size=40)


@given(seed=seeds, samples=st.integers(1, 60), epochs=st.integers(1, 4))
def test_every_epoch_sees_every_sample_once(seed, samples, epochs):
    orders = list(Seeds(seed).orders(samples, epochs))
    assert len(orders) == epochs
    for order in orders:
        np.testing.assert_array_equal(np.sort(order), np.arange(samples))


@given(seed=seeds, samples=st.integers(1, 60), short=st.integers(1, 3))
def test_a_shorter_training_sees_the_first_epochs_of_a_longer_one(seed, samples, short):
    longer = list(Seeds(seed).orders(samples, 4))
    for ours, theirs in zip(Seeds(seed).orders(samples, short), longer, strict=False):
        np.testing.assert_array_equal(ours, theirs)


@given(epochs=st.lists(losses, min_size=1, max_size=4))
def test_a_record_ends_with_the_first_loss_that_is_not_finite(epochs):
    record = Record()
    for epoch in epochs:
        if not record.add_epoch(np.array(epoch), {"loss": 1.0}):
            break
    flat = np.concatenate(epochs)
    wrong = np.flatnonzero(~np.isfinite(flat))
    kept = record.all_losses
    np.testing.assert_array_equal(kept, flat[: wrong[0] + 1] if len(wrong) else flat)
    assert np.isfinite(record.validation_series["loss"]).sum() == len(record.losses) - bool(
        len(wrong)
    )


@given(values=st.lists(st.floats(0, 100), min_size=1, max_size=50), per_epoch=st.integers(1, 50))
def test_the_final_loss_lies_among_the_last(values, per_epoch):
    last = np.array(values[-max(1, len(values) // 10) :])
    assert last.min() - 1e-9 <= final_mean(np.array(values), per_epoch) <= last.max() + 1e-9

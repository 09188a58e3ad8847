"""Trials of a schedule-free variant: every loop gives the numbers of a plain fit at the average."""

import keras
import numpy as np
import pytest
from trials.small_tasks import BATCH, KINDS, X_TEST, Y_TEST, InOrder, X, Y, normalised, outcome
from trials.small_tasks import small_task as task

from paceline import constant
from paceline.callbacks import AtAverage
from paceline.optimizers import ScheduleFreeAdamW, with_rates
from paceline.trials import Trainer, Trial, Variant

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

RATE = constant(peak=0.02)


def adamw(rate):
    return ScheduleFreeAdamW(rate, weight_decay=0.1)


def steered(rate):
    return with_rates(adamw(rate), {"*/bias": 0.5})


class Losses(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.losses = []

    def on_train_batch_begin(self, batch, logs=None):
        self.model.reset_metrics()

    def on_train_batch_end(self, batch, logs=None):
        self.losses.append(logs["loss"])


def plain(optimizer, epochs):
    """Compile and fit as a user does, epoch by epoch; return losses, validation and test loss."""
    streams = np.random.SeedSequence(1).spawn(2)
    keras.utils.set_random_seed(int(streams[0].generate_state(1)[0]))
    model = normalised()
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer(0.02), loss, jit_compile=False)
    generator, watch, validation = np.random.default_rng(streams[1]), Losses(), []
    for _ in range(epochs):
        order = generator.permutation(len(X))
        parts = [order[start : start + BATCH] for start in range(0, len(X), BATCH)]
        batches = InOrder([(X[part], Y[part]) for part in parts])
        model.fit(batches, shuffle=False, verbose=0, callbacks=[AtAverage(), watch])
        validation.append(model.evaluate(X_TEST, Y_TEST, batch_size=BATCH, verbose=0))
    return watch.losses, validation


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("optimizer", [adamw, steered])
def test_training_is_at_y_and_validation_at_x(kind, optimizer):
    if kind == "xla" and optimizer is steered:
        pytest.skip("one compilation by XLA is enough")
    losses, validation = plain(optimizer, 8)
    found = outcome(
        task(model=normalised, epochs=8, test=(X_TEST, Y_TEST), metrics=[]),
        kind,
        cosine=Variant(schedule=RATE, optimizer=optimizer),
    )
    near = 1e-5 if kind == "xla" else 1e-6
    np.testing.assert_allclose(found.losses, losses, rtol=near)
    np.testing.assert_allclose(found.validation["loss"], validation, rtol=10 * near)
    assert found.test["loss"] == pytest.approx(validation[-1], rel=10 * near)


def test_a_trial_repeats_bit_by_bit_after_others():
    variants = {"free": Variant(schedule=RATE, optimizer=adamw), "plain": Variant(schedule=RATE)}
    trainer = Trainer(
        task(test=(X_TEST, Y_TEST)), {k: v.bound(18) for k, v in variants.items()}, KINDS[0]
    )
    trials = [Trial(variant=name, seed=seed) for name, seed in (("free", 1), ("free", 2))]
    first, _, _, again = (
        trainer.run(each)
        for each in (trials[0], trials[1], Trial(variant="plain", seed=1), trials[0])
    )
    np.testing.assert_array_equal(again.losses, first.losses)
    np.testing.assert_array_equal(again.validation["loss"], first.validation["loss"])
    assert again.test == first.test

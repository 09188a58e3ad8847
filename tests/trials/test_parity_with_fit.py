"""The compiled loops give the numbers of a plain Keras script; runs on TensorFlow and on JAX."""

import functools

import keras
import numpy as np
import pytest
from trials.small_tasks import (
    BATCH,
    COMPILED,
    KINDS,
    X_TEST,
    Y_TEST,
    normalised,
    outcome,
    plain_fit,
    sgd,
    small_task,
)

from paceline.schedules import cosine

EPOCHS = 34  # 34 epochs of 5 full batches and one of 5 samples: 204 updates


def adamw(rate):
    return keras.optimizers.AdamW(
        rate, weight_decay=0.02, clipnorm=1.0, use_ema=True, ema_momentum=0.9
    )


def accumulating(rate):
    return keras.optimizers.RMSprop(rate, global_clipnorm=0.5, gradient_accumulation_steps=3)


def dropping():
    return keras.Sequential(
        [
            keras.layers.Input((6,)),
            keras.layers.GaussianNoise(0.3),
            keras.layers.Dense(12, activation="relu", activity_regularizer="l2"),
            keras.layers.Dropout(0.4),
            keras.layers.Dense(3),
        ]
    )


CASES = {
    "momentum": (normalised, sgd, 0.05),
    "adamw, clipping and a moving average": (normalised, adamw, 0.01),
    "accumulation": (normalised, accumulating, 0.003),
    "dropout and noise": (dropping, sgd, 0.05),
}


@functools.cache
def trained(name, epochs=EPOCHS, kind=COMPILED):
    model, optimizer, peak = CASES[name]
    task = small_task(model=model, optimizer=optimizer, epochs=epochs, test=(X_TEST, Y_TEST))
    return task, outcome(task, kind, cosine=cosine(peak=peak, warmup=0.1))


@pytest.mark.parametrize("name", CASES)
def test_the_losses_of_200_updates_equal_those_of_a_plain_fit(name):
    task, ours = trained(name)
    model, losses = plain_fit(task, ours.rates)

    np.testing.assert_allclose(ours.losses, losses, rtol=1e-6)
    assert len(losses) == 204
    evaluated = model.evaluate(X_TEST, Y_TEST, batch_size=BATCH, verbose=0, return_dict=True)
    assert ours.test == pytest.approx(evaluated, rel=1e-6)
    if "average" not in name:  # fit puts the averages in place after the last validation
        assert {key: ours.final(key) for key in evaluated} == pytest.approx(evaluated, rel=1e-6)


OTHERS = [
    (kind, name)
    for kind in KINDS[1:]
    for name in ("momentum", "adamw, clipping and a moving average", "dropout and noise")
    if kind != "xla" or name == "momentum"  # XLA has random numbers of its own
]


@pytest.mark.parametrize(("kind", "name"), OTHERS)
def test_the_other_loops_give_the_same_numbers(kind, name):
    first = trained(name, 4)[1]
    ours = trained(name, 4, kind)[1]

    if kind == "xla":
        np.testing.assert_allclose(ours.losses[:20], first.losses[:20], rtol=1e-5)
        return
    np.testing.assert_allclose(ours.losses, first.losses, rtol=1e-6)
    assert set(ours.validation) == set(first.validation) == {"loss", "accuracy"}
    np.testing.assert_allclose(ours.validation["loss"], first.validation["loss"], rtol=1e-6)
    assert ours.test == pytest.approx(first.test, rel=1e-6)
    np.testing.assert_array_equal(ours.rates, first.rates)

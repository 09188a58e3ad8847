"""What the tests of audit and resume share: a small model with a saved training."""

import keras
import numpy as np

import paceline

SCHEDULE = paceline.cosine(peak=0.1, steps=40)
INPUTS = np.random.default_rng(0).normal(size=(32, 3)).astype("float32")
TARGETS = np.tanh(INPUTS.sum(axis=1, keepdims=True))


def made(rate=SCHEDULE, *, build=True, **options):
    """Return a model whose epoch has 4 batches, compiled with SGD with momentum."""
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(4, "tanh"), keras.layers.Dense(1)]
    )
    model.compile(keras.optimizers.SGD(rate, momentum=0.9, **options), "mse")
    if build:
        model.optimizer.build(model.trainable_variables)
    return model


def train(model, epochs, *, initial_epoch=0):
    """Train on the same batches in the same order."""
    return model.fit(
        *(INPUTS, TARGETS, 8),
        epochs=epochs,
        initial_epoch=initial_epoch,
        shuffle=False,
        verbose=0,
    ).history["loss"]


def names(model, **options):
    """Return the names of the findings of audit."""
    return [each.name for each in paceline.audit(model, steps_per_epoch=4, **options)]

"""What the tests of find share: small models on digits, compiled, and their data."""

import keras
import numpy as np
from optimizers.training import BACKEND
from sklearn.datasets import load_digits

import paceline

images, labels = load_digits(return_X_y=True)
X, Y = (images[:640] / 16).astype("float32"), labels[:640].astype("int32")
LOSS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def layers(normalised=False, dropout=0.1):
    """Return the layers of a small classifier that draws at random."""
    return [
        keras.Input((64,)),
        keras.layers.Dense(32, "relu"),
        *([keras.layers.BatchNormalization()] if normalised else []),
        keras.layers.Dropout(dropout),
        keras.layers.Dense(10),
    ]


def compiled(
    optimizer=None, *, normalised=False, dropout=0.1, model=keras.Sequential, seed=1, **options
):
    """Return it, compiled with SGD with momentum or with `optimizer`."""
    keras.utils.set_random_seed(seed)
    made = model(layers(normalised, dropout))
    if optimizer is None:
        optimizer = keras.optimizers.SGD(0.05, momentum=0.9)
    if BACKEND == "tensorflow":
        options.setdefault("jit_compile", False)
    made.compile(optimizer, LOSS, metrics=["accuracy"], **options)
    return made


def fitted(model, data=(X, Y), epochs=1, **options):
    """Train on for a while, and return the losses."""
    batches = {"batch_size": 32} if isinstance(data, tuple) else {}
    options.setdefault("shuffle", isinstance(data, tuple))
    data = data if isinstance(data, tuple) else (data,)
    return model.fit(*data, epochs=epochs, verbose=0, **batches, **options).history["loss"]


def task(**options):
    """Return the same as a task."""
    given = {
        "model": lambda: keras.Sequential(layers()),
        "optimizer": lambda rate: keras.optimizers.SGD(rate, momentum=0.9),
        "loss": LOSS,
        "train": (X, Y),
        "batch_size": 32,
        "epochs": 3,
    }
    return paceline.Task(**{**given, **options})


class Batches(keras.utils.PyDataset):
    """The same data as a data set of Keras."""

    def __init__(self, *, ragged=False):
        super().__init__()
        self.ragged = ragged

    def __len__(self):
        return 20

    def __getitem__(self, index):
        size = 24 if self.ragged and index == 19 else 32
        rows = np.arange(32 * index, 32 * index + size)
        return X[rows], Y[rows]

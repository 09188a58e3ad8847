"""What the tests of optimizers share: a tiny real training, and how near two of them are."""

from collections.abc import Callable

import keras
import numpy as np

from paceline.optimizers import Steered, scheduled, with_rates
from paceline.schedules import Linear, cosine

BACKEND = keras.backend.backend()
UPDATES = 8

_random = np.random.default_rng(0)
INPUTS = _random.normal(size=(64, 4)).astype("float32")
TARGETS = np.tanh(INPUTS @ _random.normal(size=(4, 2))).astype("float32")


def network() -> keras.Model:
    """Return a small network with the same weights every time."""
    keras.utils.set_random_seed(1)
    return keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(8, name="base", activation="tanh"),
            keras.layers.Dense(2, name="head"),
        ]
    )


def compiled(optimizer: keras.optimizers.Optimizer, **options: object) -> keras.Model:
    """Return the network, compiled with `optimizer`."""
    model = network()
    model.compile(optimizer, "mse", **options)
    return model


def fitted(
    optimizer: keras.optimizers.Optimizer | Callable[[], keras.optimizers.Optimizer],
    *,
    epochs: int = 2,
    **options: object,
) -> keras.Model:
    """Return the network after four updates an epoch."""
    model = compiled(optimizer, **options)
    train(model, epochs)
    return model


def train(model: keras.Model, epochs: int, **options: object) -> keras.callbacks.History:
    """Train on the same batches in the same order."""
    return model.fit(
        INPUTS, TARGETS, batch_size=16, epochs=epochs, shuffle=False, verbose=0, **options
    )


def weights(model: keras.Model, layer: str | None = None) -> np.ndarray:
    """Return all weights of the model, or of one layer, as one row."""
    values = (model if layer is None else model.get_layer(layer)).get_weights()
    return np.concatenate([np.ravel(value) for value in values])


RATE = cosine(peak=0.1, steps=8)
MAKERS = {
    "sgd": lambda: keras.optimizers.SGD(RATE),
    "momentum": lambda: keras.optimizers.SGD(RATE, momentum=0.9, nesterov=True),
    "adam": lambda: keras.optimizers.Adam(0.01),
    "adamw": lambda: keras.optimizers.AdamW(RATE, weight_decay=0.1),
    "rmsprop": lambda: keras.optimizers.RMSprop(0.01, momentum=0.5),
    "lion": lambda: keras.optimizers.Lion(0.01),
    "nadam": lambda: keras.optimizers.Nadam(0.01),
    "lamb": lambda: keras.optimizers.Lamb(0.01),
    "muon": lambda: keras.optimizers.Muon(0.01),
    "adafactor": lambda: keras.optimizers.Adafactor(0.01),
    "clipped": lambda: keras.optimizers.SGD(RATE, global_clipnorm=0.1),
    "averaged": lambda: keras.optimizers.SGD(RATE, use_ema=True, ema_overwrite_frequency=3),
    "accumulating": lambda: keras.optimizers.Adam(0.01, gradient_accumulation_steps=2),
    "scaled": lambda: keras.optimizers.SGD(RATE, loss_scale_factor=128.0),
}


def steer(optimizer: keras.optimizers.Optimizer) -> Steered:
    """Return `optimizer` with all that can be steered."""
    momentum = Linear(start=0.95, end=0.85, steps=8)
    return scheduled(
        with_rates(optimizer, {"base": 0.5, "head/bias": RATE}),
        **{"momentum" if hasattr(optimizer, "momentum") else "beta_1": momentum},
        weight_decay=cosine(peak=0.1, steps=8),
    )

"""The two tasks of the benchmarks: real digits for an MLP, real MNIST for a CNN."""

from pathlib import Path

import keras
import numpy as np
from sklearn.datasets import load_digits

import paceline

MNIST = Path(__file__).parents[2] / "shared" / "data" / "mnist_10k.npz"
BATCH = 64


def mlp() -> keras.Model:
    return keras.Sequential(
        [
            keras.Input((64,)),
            keras.layers.Dense(64, activation="relu"),
            keras.layers.Dense(10),
        ]
    )


def cnn() -> keras.Model:
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Conv2D(16, 3, activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Conv2D(32, 3, activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Flatten(),
            keras.layers.Dense(10),
        ]
    )


def loss() -> keras.losses.Loss:
    return keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def optimizer(rate: object) -> keras.optimizers.Optimizer:
    return keras.optimizers.SGD(rate, momentum=0.9)


def digits_data() -> tuple[np.ndarray, ...]:
    images, labels = load_digits(return_X_y=True)
    x, y = (images / 16).astype("float32"), labels.astype("int32")
    return x[:1347], y[:1347], x[1347:], y[1347:]


def mnist_data() -> tuple[np.ndarray, ...]:
    with np.load(MNIST) as file:
        x = file["images"][..., None].astype("float32") / 255
        y = file["labels"].astype("int32")
    return x[:8000], y[:8000], x[8000:], y[8000:]


def task(kind: str, epochs: int) -> paceline.Task:
    x, y, x_val, y_val = digits_data() if kind == "mlp" else mnist_data()
    return paceline.Task(
        model=mlp if kind == "mlp" else cnn,
        optimizer=optimizer,
        loss=loss(),
        metrics=["accuracy"],
        train=(x, y),
        validation=(x_val, y_val),
        batch_size=BATCH,
        epochs=epochs,
    )


def schedules(count: int) -> dict[str, object]:
    recipes = [
        paceline.constant(peak=0.1),
        paceline.constant(peak=0.01),
        paceline.linear(peak=0.1),
        paceline.cosine(peak=0.1, warmup=0.05),
        paceline.wsd(peak=0.1),
        paceline.step_decay(peak=0.1),
        paceline.exponential(peak=0.1, factor=0.5, every=0.1, staircase=True),
        paceline.one_cycle(peak=0.1),
    ]
    return {repr(recipe): recipe for recipe in recipes[:count]}

"""Which learning-rate schedule is best for a small network on real handwritten digits?

paceline compare examples/01_digits.py
"""

import keras
from sklearn.datasets import load_digits

import paceline


def build_model() -> keras.Model:
    return keras.Sequential(
        [
            keras.layers.Input((64,)),
            keras.layers.Dense(64, activation="relu"),
            keras.layers.Dense(10),
        ]
    )


def task() -> paceline.Task:
    images, labels = load_digits(return_X_y=True)
    x, y = (images / 16).astype("float32"), labels.astype("int32")
    return paceline.Task(
        model=build_model,
        optimizer=lambda rate: keras.optimizers.SGD(rate, momentum=0.9),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
        train=(x[:1347], y[:1347]),
        validation=(x[1347:], y[1347:]),
        batch_size=64,
        epochs=20,
    )


def schedules() -> dict[str, object]:
    return {
        "constant high": paceline.constant(peak=0.3),
        "constant low": paceline.constant(peak=0.003),
        "step": paceline.step_decay(peak=0.3),
        "exponential staircase": paceline.exponential(
            peak=0.3, factor=0.5, every=0.1, staircase=True
        ),
        "cosine with warm-up": paceline.cosine(peak=0.3, warmup=0.05),
        "warm-up-stable-decay": paceline.wsd(peak=0.3, warmup=0.05, decay=0.3),
    }

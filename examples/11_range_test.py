"""How large may the rate be? A curve that is good, one that is flat, and one that is too noisy.

python examples/11_range_test.py [FOLDER FOR PICTURES]
"""

import sys
from pathlib import Path

import keras
import numpy as np
from sklearn.datasets import load_digits

import paceline

images, labels = load_digits(return_X_y=True)
x, y = (images / 16).astype("float32"), labels.astype("int32")
wrong = np.random.default_rng(0).random(len(y)) < 0.8
random = np.where(wrong, np.random.default_rng(1).integers(0, 10, len(y)), y).astype("int32")


def task(*, y: np.ndarray = y, batch_size: int = 32, frozen: bool = False) -> paceline.Task:
    return paceline.Task(
        model=lambda: keras.Sequential(
            [keras.Input((64,)), keras.layers.Dense(64, "relu"), keras.layers.Dense(10)],
            trainable=not frozen,
        ),
        optimizer=lambda rate: keras.optimizers.SGD(rate, momentum=0.9),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        train=(x, y),
        batch_size=batch_size,
        epochs=5,
    )


tests = {"good": task(), "flat": task(frozen=True), "noisy": task(y=random, batch_size=2)}
for name, each in tests.items():
    curve = paceline.find(each, repeats=3)
    print(f"{name}: {curve.verdict}")
    if len(sys.argv) > 1:
        curve.chart().save(Path(sys.argv[1]) / f"find_{name}.png", scale_factor=2)

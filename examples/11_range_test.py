"""How large may the rate be? A curve that is good, one that is flat, and one that is too noisy.

python examples/11_range_test.py     # draws three pictures into the working folder
"""

import keras
import numpy as np
from sklearn.datasets import load_digits

import paceline

images, labels = load_digits(return_X_y=True)
x, y = (images / 16).astype("float32"), labels.astype("int32")
wrong = np.random.default_rng(0).random(len(y)) < 0.8
random = np.where(wrong, np.random.default_rng(1).integers(0, 10, len(y)), y).astype("int32")


def task(y: np.ndarray, *, batch_size: int = 32, frozen: bool = False) -> paceline.Task:
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


# %% Three range tests
for picture, test in {
    "find_good.svg": task(y),
    "find_flat.svg": task(y, frozen=True),
    "find_noisy.svg": task(random, batch_size=2),
}.items():
    curve = paceline.find(test, repeats=3)
    print(f"{picture}: {curve.verdict}")
    curve.chart().save(picture)

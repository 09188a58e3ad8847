"""The 16 cells on which range tests are judged: four models, two optimizers, two batch sizes.

Real data, and every training has 300 updates. What is changed here is another task, and its
reference is computed anew.
"""

import dataclasses
import functools
from pathlib import Path

import keras
import numpy as np
from sklearn.datasets import load_digits

import paceline

UPDATES = 300
VALIDATION = 512
DATA = Path(__file__).parents[2] / "shared" / "data"
WIDTH, CONTEXT, CHARACTERS = 32, 32, 65

Arrays = tuple[np.ndarray, np.ndarray]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Cell:
    """One model with one optimizer at one batch size."""

    model: str
    optimizer: str
    batch: int

    def __str__(self) -> str:
        return f"{self.model} {self.optimizer} {self.batch}"


def mlp() -> keras.Model:
    return keras.Sequential(
        [
            keras.Input((64,)),
            keras.layers.Dense(64, activation="relu"),
            keras.layers.Dropout(0.2),
            keras.layers.Dense(64, activation="relu"),
            keras.layers.Dense(10),
        ]
    )


def cnn() -> keras.Model:
    return keras.Sequential(
        [
            keras.Input((14, 14, 1)),
            keras.layers.Conv2D(8, 3, activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Conv2D(16, 3, activation="relu"),
            keras.layers.Flatten(),
            keras.layers.Dense(10),
        ]
    )


def _normed(inputs: object, filters: int, size: int) -> object:
    # with Keras' momentum of .99 the averages lag 100 of the 300 updates behind the weights
    hidden = keras.layers.Conv2D(filters, size, padding="same", use_bias=False)(inputs)
    return keras.layers.BatchNormalization(momentum=0.9)(hidden)


def resnet() -> keras.Model:
    inputs = keras.Input((14, 14, 1))
    hidden = keras.layers.ReLU()(_normed(inputs, 8, 3))
    for filters in (8, 16):
        inner = keras.layers.ReLU()(_normed(hidden, filters, 3))
        inner = _normed(inner, filters, 3)
        same = hidden if filters == hidden.shape[-1] else _normed(hidden, filters, 1)
        hidden = keras.layers.ReLU()(keras.layers.Add()([inner, same]))
        hidden = keras.layers.MaxPooling2D()(hidden)
    return keras.Model(
        inputs, keras.layers.Dense(10)(keras.layers.GlobalAveragePooling2D()(hidden))
    )


class Positions(keras.layers.Layer):
    """Adds a learnt vector for each place in the text."""

    def build(self, shape: tuple[int, ...]) -> None:
        self.table = self.add_weight(shape=shape[1:], initializer="random_normal")

    def call(self, inputs: object) -> object:
        return inputs + self.table


def transformer() -> keras.Model:
    inputs = keras.Input((CONTEXT,), dtype="int32")
    hidden = Positions()(keras.layers.Embedding(CHARACTERS, WIDTH)(inputs))
    for _ in range(2):
        normed = keras.layers.LayerNormalization()(hidden)
        attention = keras.layers.MultiHeadAttention(2, WIDTH // 2)
        hidden = hidden + attention(normed, normed, use_causal_mask=True)
        normed = keras.layers.LayerNormalization()(hidden)
        inner = keras.layers.Dense(4 * WIDTH, activation="gelu")(normed)
        hidden = hidden + keras.layers.Dense(WIDTH)(inner)
    hidden = keras.layers.LayerNormalization()(hidden)
    return keras.Model(inputs, keras.layers.Dense(CHARACTERS)(hidden))


def _shuffled(images: np.ndarray, labels: np.ndarray) -> Arrays:
    order = np.random.default_rng(0).permutation(len(images))
    return images[order].astype("float32"), labels[order].astype("int32")


@functools.cache
def _digits() -> Arrays:
    images, labels = load_digits(return_X_y=True)
    return _shuffled(images / 16, labels)


@functools.cache
def _mnist() -> Arrays:
    """Return the digits at half their size, each pixel the mean of four."""
    with np.load(DATA / "mnist_10k.npz") as file:
        images = file["images"].reshape(-1, 14, 2, 14, 2).mean((2, 4)) / 255
        return _shuffled(images[..., None], file["labels"])


@functools.cache
def _shakespeare() -> Arrays:
    """Return windows of text and what follows each character; the last tenth of the text last."""
    text = np.frombuffer((DATA / "tinyshakespeare.txt").read_bytes(), dtype=np.uint8)
    known, codes = np.unique(text, return_inverse=True)
    assert len(known) == CHARACTERS
    codes = codes.astype("int32").ravel()
    training, generator = len(codes) * 9 // 10, np.random.default_rng(0)
    starts = [
        generator.integers(0, training - CONTEXT - 1, 10_000),
        generator.integers(training, len(codes) - CONTEXT - 1, VALIDATION),
    ]
    places = np.concatenate(starts)[:, None] + np.arange(CONTEXT + 1)
    return codes[places[:, :-1]], codes[places[:, 1:]]


MODELS = {
    "digits MLP": (mlp, _digits),
    "MNIST CNN": (cnn, _mnist),
    "residual CNN": (resnet, _mnist),
    "transformer": (transformer, _shakespeare),
}


def sgd(rate: object) -> keras.optimizers.Optimizer:
    return keras.optimizers.SGD(rate, momentum=0.9)


def adamw(rate: object) -> keras.optimizers.Optimizer:
    return keras.optimizers.AdamW(rate)


OPTIMIZERS = {"SGD": sgd, "AdamW": adamw}

CELLS = [
    Cell(model=model, optimizer=optimizer, batch=batch)
    for model in MODELS
    for optimizer in OPTIMIZERS
    for batch in (16, 64)
]

SAMPLES = {("digits MLP", 16): 1200, ("digits MLP", 64): 1280}
"""Of the training data, so that 300 updates are whole epochs; elsewhere 4,800 do."""


FILES = {_mnist: "mnist_10k.npz", _shakespeare: "tinyshakespeare.txt"}


def is_possible(model: str) -> bool:
    """Whether the data that a model trains on are at hand."""
    file = FILES.get(MODELS[model][1])
    return file is None or (DATA / file).exists()


def task(cell: Cell) -> paceline.Task:
    """Return the task of a cell: 300 updates, measured on held-out data."""
    build, data = MODELS[cell.model]
    x, y = data()
    samples = SAMPLES.get((cell.model, cell.batch), 4800)
    return paceline.Task(
        model=build,
        optimizer=OPTIMIZERS[cell.optimizer],
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        train=(x[:samples], y[:samples]),
        validation=(x[-VALIDATION:], y[-VALIDATION:]),
        batch_size=cell.batch,
        epochs=UPDATES * cell.batch // samples,
    )

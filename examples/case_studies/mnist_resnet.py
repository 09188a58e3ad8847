"""Case study: a residual network with BatchNorm from scratch. Which schedule, and how large?

python examples/case_studies/mnist_resnet.py                              # MNIST as Keras has it
MNIST_10K=mnist_10k.npz python examples/case_studies/mnist_resnet.py      # its test images, a file

About 15 minutes on two cores. Writes paceline-out/mnist_resnet: stores, reports, results.
"""

import functools
import os
import time
from pathlib import Path

import keras
import numpy as np

import paceline
from paceline.tuning import TuneResult

FOLDER = Path("paceline-out/mnist_resnet")
STORE = FOLDER / "trials.sqlite"
GUIDE = keras.optimizers.schedules.ExponentialDecay(0.1, 100, 0.96, staircase=True)


def images() -> tuple[np.ndarray, np.ndarray]:
    """Return MNIST's 10,000 test images at half their size, shuffled, and their labels."""
    if file := os.environ.get("MNIST_10K"):
        pictures, labels = np.load(file)["images"], np.load(file)["labels"]
    else:
        pictures, labels = keras.datasets.mnist.load_data()[1]
    order = np.random.default_rng(0).permutation(10_000)
    halved = pictures.reshape(-1, 14, 2, 14, 2).mean((2, 4))[order, :, :, None] / 255
    return halved.astype("float32"), labels[order].astype("int32")


def normed(inputs: keras.KerasTensor, filters: int, size: int) -> keras.KerasTensor:
    hidden = keras.layers.Conv2D(filters, size, padding="same", use_bias=False)(inputs)
    # with Keras' momentum of 0.99 the averages lag 100 of the updates behind the weights
    return keras.layers.BatchNormalization(momentum=0.9)(hidden)


def resnet() -> keras.Model:
    inputs = keras.Input((14, 14, 1))
    hidden = keras.layers.ReLU()(normed(inputs, 8, 3))
    for filters in (8, 16):
        inner = normed(keras.layers.ReLU()(normed(hidden, filters, 3)), filters, 3)
        past = hidden if filters == hidden.shape[-1] else normed(hidden, filters, 1)
        hidden = keras.layers.ReLU()(keras.layers.Add()([inner, past]))
        hidden = keras.layers.MaxPooling2D()(hidden)
    hidden = keras.layers.GlobalAveragePooling2D()(hidden)
    return keras.Model(inputs, keras.layers.Dense(10)(hidden))


def task(*, final: bool = False) -> paceline.Task:
    """Train on 6,000 images. `final`: measured on the 2,000 that nothing was chosen on."""
    x, y = images()
    measured = slice(8000, None) if final else slice(6000, 8000)
    return paceline.Task(
        model=resnet,
        optimizer=lambda rate: keras.optimizers.SGD(rate, momentum=0.9),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
        train=(x[:6000], y[:6000]),
        validation=(x[measured], y[measured]),
        batch_size=64,
        epochs=6,
    )


def schedules(found: TuneResult) -> dict[str, paceline.schedules.Schedule]:
    """Return what people use, with the peak that the range test suggests, and what was found."""
    return {
        "step decay": paceline.step_decay(peak=found.start, factor=0.1, at=(0.5, 0.75)),
        "constant": paceline.constant(peak=found.start),
        "as in guides": paceline.from_keras(GUIDE),
        "cosine": paceline.cosine(peak=found.start),
        "linear, tuned": found.baseline.recipe,
        "tuned": found.best.recipe,
    }


def main() -> None:
    start = time.perf_counter()
    found = paceline.tune(task, budget=60, store=STORE, workers=2, name="mnist_resnet")
    print(found)
    paceline.report(found, FOLDER / "search.html")
    result = paceline.compare(
        functools.partial(task, final=True),
        schedules(found),
        seeds=range(100, 112),
        store=STORE,
        workers=2,
        name="mnist_resnet, final",
    )
    print(result)
    result.to_csv(FOLDER / "results.csv")
    paceline.report(result, FOLDER / "report.html")
    print(f"{time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()

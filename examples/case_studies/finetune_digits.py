"""Case study: fine-tuning. Learn the digits 0 to 4, then 5 to 9 from 200 images: which rates?

python examples/case_studies/finetune_digits.py                           # MNIST as Keras has it
MNIST_10K=mnist_10k.npz python examples/case_studies/finetune_digits.py   # its test images, a file

A few minutes on two cores. Writes paceline-out/finetune_digits: stores, report, results.
"""

import functools
import os
import time
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np

import paceline
from paceline.optimizers import with_rates

FOLDER = Path("paceline-out/finetune_digits")
LEARNED = FOLDER / "learned.weights.h5"
BLOCKS = ("block_1", "block_2", "block_3")
RATES = {
    "one rate": {"head": 1.0},
    "blocks at 0.1": dict.fromkeys(BLOCKS, 0.1),
    "layer-wise": {"block_1": 0.125, "block_2": 0.25, "block_3": 0.5},
    "frozen": dict.fromkeys(BLOCKS, 0.0),
}
PEAKS = (3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 3e-1)
LOSS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

Arrays = tuple[np.ndarray, np.ndarray]
Variants = Callable[[float], paceline.Variant]
compare = functools.partial(paceline.compare, store=FOLDER / "trials.sqlite", workers=2)


def digits() -> tuple[Arrays, Arrays]:
    """Return MNIST's 10,000 test images at half their size: the digits 0 to 4, and 5 to 9."""
    if file := os.environ.get("MNIST_10K"):
        images, labels = np.load(file)["images"], np.load(file)["labels"]
    else:
        images, labels = keras.datasets.mnist.load_data()[1]
    order = np.random.default_rng(0).permutation(10_000)
    halved = images.reshape(-1, 14, 2, 14, 2).mean((2, 4))[order, :, :, None] / 255
    x, y = halved.astype("float32"), labels[order].astype("int32")
    return (x[y < 5], y[y < 5]), (x[y >= 5], y[y >= 5] - 5)


def blocks() -> keras.Model:
    return keras.Sequential(
        [
            keras.Input((14, 14, 1)),
            keras.layers.Conv2D(8, 3, activation="relu", name="block_1"),
            keras.layers.MaxPooling2D(),
            keras.layers.Conv2D(16, 3, activation="relu", name="block_2"),
            keras.layers.Flatten(),
            keras.layers.Dense(32, "relu", name="block_3"),
        ]
    )


def network(*, learned: bool) -> keras.Model:
    """Return a new network; its blocks as they were after the digits 0 to 4, or new as well."""
    base = blocks()
    if learned:
        base.load_weights(LEARNED)
    return keras.Sequential([base, keras.layers.Dense(5, name="head")])


def learn_the_first_five() -> None:
    """Train on the digits 0 to 4, and keep what the blocks have learnt."""
    x, y = digits()[0]
    keras.utils.set_random_seed(0)
    model = network(learned=False)
    schedule = paceline.cosine(peak=3e-3, steps=568)
    model.compile(keras.optimizers.Adam(schedule), LOSS, metrics=["accuracy"])
    model.fit(x[:4500], y[:4500], batch_size=64, epochs=8, verbose=0)
    accuracy = model.evaluate(x[4500:], y[4500:], verbose=0)[1]
    print(f"0 to 4: accuracy {accuracy:.3f} on {len(x) - 4500} images that it has not seen")
    FOLDER.mkdir(parents=True, exist_ok=True)
    model.layers[0].save_weights(LEARNED)


def task(*, learned: bool = True, final: bool = False) -> paceline.Task:
    """Learn 5 to 9 from 200 images. `final`: measured on the images that nothing was chosen on."""
    x, y = digits()[1]
    measured = slice(2200, None) if final else slice(200, 2200)
    return paceline.Task(
        model=functools.partial(network, learned=learned),
        optimizer=lambda rate: keras.optimizers.Adam(rate),
        loss=LOSS,
        metrics=["accuracy"],
        train=(x[:200], y[:200]),
        validation=(x[measured], y[measured]),
        batch_size=20,
        epochs=30,
    )


def variant(name: str, peak: float) -> paceline.Variant:
    """Return a cosine whose rates the layers share out as RATES says."""
    return paceline.Variant(
        schedule=paceline.cosine(peak=peak),
        optimizer=lambda rate: with_rates(keras.optimizers.Adam(rate), RATES[name]),
    )


def best_peak(task: Callable[[], paceline.Task], name: str, of: Variants) -> float:
    """Return which of PEAKS has the lowest mean validation loss over four seeds."""
    peaks = {f"{peak:g}": of(peak) for peak in PEAKS}
    tried = compare(task, peaks, seeds=4, name=name)
    losses = {row.variant: tried.primary(row).mean for row in tried.summaries}
    print(f"{name:14}", *(f"{peak}: {losses[peak]:.3f}" for peak in peaks), sep="   ", flush=True)
    return float(min(losses, key=lambda peak: losses[peak]))


def main() -> None:
    start = time.perf_counter()
    learn_the_first_five()
    variants = {}
    for name in RATES:
        of = functools.partial(variant, name)
        variants[name] = of(best_peak(task, name, of))
    result = compare(
        functools.partial(task, final=True), variants, seeds=range(100, 116), name="finetune_digits"
    )
    print(result)
    result.to_csv(FOLDER / "results.csv")
    paceline.report(result, FOLDER / "report.html")

    def cosine(peak: float) -> paceline.Variant:
        return paceline.Variant(schedule=paceline.cosine(peak=peak))

    name = "from scratch"
    peak = best_peak(functools.partial(task, learned=False), name, cosine)
    scratch = functools.partial(task, learned=False, final=True)
    seeds = range(100, 116)
    anew = compare(scratch, {name: cosine(peak)}, seeds=seeds, name=f"{name}, final")
    print(anew)
    anew.to_csv(FOLDER / "scratch.csv")
    print(f"{time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()

"""What does a schedule of five segments cost in a training step of fit's compiled graph?

Each side is the function that `fit` compiles and runs (`make_train_function`), on one batch of
real images, with several steps to a call so that Python's dispatch, which would hide the cost, is
not in the measure. The peers are a constant rate and Keras' CosineDecay with warm-up; and each
schedule of Keras against what `from_keras` makes of it.

Two models that were built and traced alike differ by up to four hundredths in their speed (a
constant rate against itself: 1.04), so each side is traced several times, and the ratio is the
median over the rounds of all pairs.
"""

import argparse
import os
from collections.abc import Callable
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow as tf
from _measure import finish, interleaved, median_of_quotients, row
from _tasks import BATCH, MNIST, cnn, digits_data, mlp, mnist_data

from paceline.schedules import Constant, Cosine, Exponential, Linear, from_keras

TRACES = 20


def first_batch(data: tuple[np.ndarray, ...]) -> tuple[np.ndarray, ...]:
    return tuple(part[:BATCH] for part in data[:2])


def training(
    build: Callable[[], keras.Model], rate: Any, batch: tuple[np.ndarray, ...], steps: int
) -> Callable[[], None]:
    """Return a call of fit's compiled function: `steps` training steps."""
    keras.utils.set_random_seed(0)
    model = build()
    model.compile(
        optimizer=keras.optimizers.SGD(rate, momentum=0.9),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        steps_per_execution=steps,
    )
    model.make_train_function()
    batches = iter(tf.data.Dataset.from_tensors(batch).repeat())

    def run() -> None:
        float(model.train_function(batches)["loss"])

    for _ in range(3):
        run()
    return run


def timed(
    build: Callable[[], keras.Model],
    rates: dict[str, Any],
    batch: tuple[np.ndarray, ...],
    steps: int,
    rounds: int,
) -> dict[str, list[float]]:
    """Return the seconds of each side's calls, one trace of each after the other."""
    seconds: dict[str, list[float]] = {key: [] for key in rates}
    for _ in range(TRACES):
        runs = {key: training(build, rate, batch, steps) for key, rate in rates.items()}
        for key, times in interleaved(runs, rounds // TRACES).items():
            seconds[key].extend(times)
    return seconds


def measure(
    name: str, build: Any, batch: Any, *, steps: int, rounds: int, bar: float
) -> list[dict[str, Any]]:
    total = steps * (rounds // TRACES + 3)
    fifth = total // 5
    five = (
        Linear(start=1e-4, end=1e-2, steps=fifth)
        >> Constant(rate=1e-2, steps=fifth)
        >> Cosine(start=1e-2, end=5e-3, steps=fifth)
        >> Exponential(start=5e-3, factor=0.5, every=fifth, steps=fifth)
        >> Linear(start=2.5e-3, end=0.0, steps=fifth)
    )
    keras_own = keras.optimizers.schedules.CosineDecay(
        0.0, total - fifth, warmup_target=1e-2, warmup_steps=fifth
    )
    rates = {"constant": 1e-2, "five": five, "keras": keras_own}
    seconds = timed(build, rates, batch, steps, rounds)
    each = {key: float(np.median(times)) / steps * 1e6 for key, times in seconds.items()}
    rows = []
    for peer, title, limit in (
        ("constant", "five segments against a constant rate", bar),
        ("keras", "five segments against Keras' CosineDecay", 1.03),
    ):
        ratio = median_of_quotients(seconds["five"], seconds[peer])
        rows.append(
            row(
                f"{name} step, {title}",
                ours=each["five"],
                peer=each[peer],
                ratio=ratio,
                bar=limit,
                holds=ratio <= limit,
                unit="us",
            )
        )
    return rows


def measure_built_ins(batch: Any, *, steps: int, rounds: int) -> list[dict[str, Any]]:
    """Return a row for each schedule of Keras, against what `from_keras` makes of it."""
    own, total, rows = keras.optimizers.schedules, steps * (rounds // TRACES + 3), []
    for theirs in (
        own.CosineDecay(0.0, total * 4 // 5, warmup_target=1e-2, warmup_steps=total // 5),
        own.CosineDecayRestarts(1e-2, total // 7),
        own.ExponentialDecay(1e-2, total, 0.1),
        own.InverseTimeDecay(1e-2, total // 10, 1.0),
        own.PiecewiseConstantDecay([total // 2, total * 3 // 4], [1e-2, 1e-3, 1e-4]),
        own.PolynomialDecay(1e-2, total, power=2.0),
    ):
        rates = {"ours": from_keras(theirs), "theirs": theirs}
        seconds = timed(mlp, rates, batch, steps, rounds)
        ratio = median_of_quotients(seconds["ours"], seconds["theirs"])
        rows.append(
            row(
                f"digits MLP step, from_keras against Keras' {type(theirs).__name__}",
                ours=float(np.median(seconds["ours"])) / steps * 1e6,
                peer=float(np.median(seconds["theirs"])) / steps * 1e6,
                ratio=ratio,
                bar=1.03,
                holds=ratio <= 1.03,
                unit="us",
            )
        )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds; under 60 s")
    quick = parser.parse_args().quick
    tf.get_logger().setLevel("ERROR")
    digits = first_batch(digits_data())
    rows = measure("digits MLP", mlp, digits, steps=50, rounds=100 if quick else 600, bar=1.10)
    rows += measure_built_ins(digits, steps=50, rounds=40 if quick else 400)
    if MNIST.exists():
        mnist = first_batch(mnist_data())
        rows += measure("MNIST CNN", cnn, mnist, steps=1, rounds=300 if quick else 1200, bar=1.02)
    else:
        print(f"MNIST CNN: left out, {MNIST.name} is not in ../shared/data")
    finish(rows)


if __name__ == "__main__":
    main()

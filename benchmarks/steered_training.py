"""What do rates per layer, scheduled momentum and the recorder cost in a training by `fit`?

Both sides are whole epochs of `fit` on real MNIST images: SGD with a fixed momentum under our
cosine, against the same with rates per layer, momentum by schedule and the recorder on.
"""

import argparse
import os
from collections.abc import Callable

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from _measure import finish, interleaved, median_of_quotients, row
from _tasks import BATCH, MNIST, cnn, loss, mnist_data

import paceline
from paceline.callbacks import RateRecorder
from paceline.optimizers import scheduled, with_rates
from paceline.schedules import Linear

BATCHES = 20


def training(optimizer: keras.optimizers.Optimizer, callbacks: list) -> Callable[[], None]:
    """Return a call of one epoch of `fit`."""
    keras.utils.set_random_seed(0)
    model = cnn()
    model.compile(optimizer=optimizer, loss=loss(), steps_per_execution=BATCHES)
    x, y = (part[: BATCHES * BATCH] for part in mnist_data()[:2])

    def run() -> None:
        model.fit(x, y, batch_size=BATCH, verbose=0, shuffle=False, callbacks=callbacks)

    for _ in range(3):
        run()
    return run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds; under 60 s")
    rounds = 40 if parser.parse_args().quick else 200
    if not MNIST.exists():
        print(f"MNIST CNN: left out, {MNIST.name} is not in ../shared/data")
        finish([])
    rate = paceline.cosine(peak=0.01, steps=BATCHES * (rounds + 3))
    momentum = Linear(start=0.95, end=0.85, steps=BATCHES * (rounds + 3))
    steered = with_rates(
        scheduled(keras.optimizers.SGD(rate, momentum=0.9), momentum=momentum),
        {"conv2d*": 0.1, "*/bias": 2.0},
    )
    runs = {
        "ours": training(steered, [RateRecorder()]),
        "plain": training(keras.optimizers.SGD(rate, momentum=0.9), []),
    }
    seconds = interleaved(runs, rounds)
    ratio = median_of_quotients(seconds["ours"], seconds["plain"])
    each = {name: float(np.median(times)) / BATCHES * 1e6 for name, times in seconds.items()}
    rows = [
        row(
            "MNIST CNN step, rates per layer, momentum and recorder against plain Keras",
            ours=each["ours"],
            peer=each["plain"],
            ratio=ratio,
            bar=1.05,
            holds=ratio <= 1.05,
            unit="us",
        )
    ]
    finish(rows)


if __name__ == "__main__":
    main()

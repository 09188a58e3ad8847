"""Case study: a character transformer. Does it need a warm-up, and which decay?

python examples/case_studies/char_transformer.py      # downloads tinyshakespeare, 1 MB
TINYSHAKESPEARE=input.txt python examples/case_studies/char_transformer.py

About 10 minutes on two cores. Writes paceline-out/char_transformer: store, report, results.
"""

import os
import time
from pathlib import Path

import keras
import numpy as np

import paceline
from paceline.forecast import Curve, fit
from paceline.schedules import Tabulated

FOLDER = Path("paceline-out/char_transformer")
ORIGIN = "https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt"
FITTED = ("constant", "linear", "high")
CHARACTERS, CONTEXT, WIDTH = 65, 32, 32

Arrays = tuple[np.ndarray, np.ndarray]


def windows() -> tuple[Arrays, Arrays]:
    """Return places in the text, 38,400 for training and 1,024 in its last tenth for validation.

    Of each: 32 characters, and the character that follows each of them.
    """
    file = os.environ.get("TINYSHAKESPEARE") or keras.utils.get_file(origin=ORIGIN)
    text = np.array(list(Path(file).read_text("utf-8")))
    codes = np.unique(text, return_inverse=True)[1].astype("int32")
    border, draw = len(codes) * 9 // 10, np.random.default_rng(0)
    parts = []
    for first, end, count in ((0, border, 38_400), (border, len(codes), 1024)):
        starts = draw.integers(first, end - CONTEXT, count)
        places = starts[:, None] + np.arange(CONTEXT + 1)
        parts.append((codes[places[:, :-1]], codes[places[:, 1:]]))
    return parts[0], parts[1]


class Positions(keras.layers.Layer):
    """Adds a learnt vector for each place in the window."""

    def build(self, shape: tuple[int, ...]) -> None:
        self.table = self.add_weight(shape=shape[1:], initializer="random_normal")

    def call(self, inputs: keras.KerasTensor) -> keras.KerasTensor:
        return inputs + self.table


def transformer() -> keras.Model:
    inputs = keras.Input((CONTEXT,), dtype="int32")
    hidden = Positions()(keras.layers.Embedding(CHARACTERS, WIDTH)(inputs))
    for _ in range(2):
        normed = keras.layers.LayerNormalization()(hidden)
        attention = keras.layers.MultiHeadAttention(2, WIDTH // 2)
        hidden = hidden + attention(normed, normed, use_causal_mask=True)
        inner = keras.layers.Dense(4 * WIDTH, "gelu")(keras.layers.LayerNormalization()(hidden))
        hidden = hidden + keras.layers.Dense(WIDTH)(inner)
    outputs = keras.layers.Dense(CHARACTERS)(keras.layers.LayerNormalization()(hidden))
    return keras.Model(inputs, outputs)


def task() -> paceline.Task:
    train, validation = windows()
    return paceline.Task(
        model=transformer,
        optimizer=lambda rate: keras.optimizers.AdamW(rate, weight_decay=0.01),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        train=train,
        validation=validation,
        batch_size=32,
        epochs=1,
    )


def schedules(peak: float) -> dict[str, paceline.schedules.Schedule]:
    """Return shapes of one peak, with and without warm-up, and a peak four times as high."""
    return {
        "cosine": paceline.cosine(peak=peak, warmup=0.1),
        "no warm-up": paceline.cosine(peak=peak),
        "linear": paceline.linear(peak=peak, warmup=0.1),
        "wsd": paceline.wsd(peak=peak, warmup=0.1, decay=0.2),
        "constant": paceline.constant(peak=peak, warmup=0.1),
        "high": paceline.cosine(peak=4 * peak, warmup=0.1),
        "high, no warm-up": paceline.cosine(peak=4 * peak),
    }


def foretell(curves: dict[str, Curve]) -> None:
    """Print how each training would end by a law that is fitted to three of them."""
    law = fit({name: curves[name] for name in FITTED})
    for name, curve in curves.items():
        schedule = Tabulated(rates=tuple(curve.rates.tolist()))
        ends = law.predict(schedule, at=[len(curve.rates) - 1]).losses[0]
        trained = curve.losses[curve.steps >= 0.95 * len(curve.rates)].mean()
        print(f"{name:16}  forecast {ends:.3f}  trained {trained:.3f}")


def main() -> None:
    start = time.perf_counter()
    found = paceline.find(task, repeats=3, verbose=False)
    print(found.verdict)
    result = paceline.compare(
        task,
        schedules(found.suggestion.rate),
        seeds=10,
        store=FOLDER / "trials.sqlite",
        workers=2,
        name="char_transformer",
    )
    print(result)
    result.to_csv(FOLDER / "results.csv")
    paceline.report(result, FOLDER / "report.html")
    foretell(result.curves())
    print(f"{time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()

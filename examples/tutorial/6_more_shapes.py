"""When do warm-up, cycles, restarts, one-cycle and warm-up-stable-decay help, and when not?

python examples/tutorial/6_more_shapes.py     # its charts go to paceline-out/tutorial
"""

from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
from sklearn.datasets import load_digits

import paceline
from paceline import constant, cosine, cyclic, linear, one_cycle, restarts, wsd
from paceline.charts import forest_chart, rate_chart, save_chart
from paceline.comparison import estimate

folder = Path("paceline-out/tutorial")

# %% Five shapes
shapes = {
    "linear, warm-up": linear(peak=0.15, warmup=0.1),
    "cyclic": cyclic(peak=0.15),
    "restarts": restarts(peak=0.15),
    "one-cycle": one_cycle(peak=0.15),
    "warm-up-stable-decay": wsd(peak=0.15),
}
rates = {name: shape.over(595)(np.arange(595)) for name, shape in shapes.items()}
save_chart(rate_chart(rates), folder / "6_shapes.png")

# %% The tasks
images, labels = load_digits(return_X_y=True)
order = np.random.default_rng(0).permutation(len(labels))
x, y = (images[order] / 16).astype("float32"), labels[order].astype("int32")


def sgd(rate: object) -> keras.optimizers.Optimizer:
    return keras.optimizers.SGD(rate, momentum=0.9)


def task(epochs: int, *, layers: int = 1, optimizer: Callable = sgd) -> paceline.Task:
    def model() -> keras.Model:
        hidden = [keras.layers.Dense(64, "relu") for _ in range(layers)]
        return keras.Sequential([keras.Input((64,)), *hidden, keras.layers.Dense(10)])

    return paceline.Task(
        model=model,
        optimizer=optimizer,
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        train=(x[:1347], y[:1347]),
        validation=(x[1347:], y[1347:]),
        batch_size=16,
        epochs=epochs,
    )


# %% Twelve questions
deep = task(5, layers=6, optimizer=keras.optimizers.Adam)
long = cosine(peak=0.15, steps=595)  # for 7 epochs
cases = {  # by name: the task, the rival, what is on trial
    "warm-up: deep, high peak": (deep, linear(peak=0.02), linear(peak=0.02, warmup=0.1)),
    "warm-up: deep, good peak": (deep, linear(peak=0.005), linear(peak=0.005, warmup=0.1)),
    "warm-up: one layer": (task(5), linear(peak=0.15), linear(peak=0.15, warmup=0.1)),
    "cycles: peak too high": (task(5), constant(peak=0.3), cyclic(peak=0.3)),
    "cycles: peak good": (task(5), linear(peak=0.1), cyclic(peak=0.1)),
    "restarts: stopped early": (task(3), long, restarts(peak=0.15, steps=595)),
    "restarts: whole run": (task(7), cosine(peak=0.15), restarts(peak=0.15)),
    "one-cycle: no decay": (task(2), constant(peak=0.05), one_cycle(peak=0.15)),
    "one-cycle: a decay": (task(2), linear(peak=0.15), one_cycle(peak=0.15)),
    "stable: stopped early": (task(3), cosine(peak=0.1, steps=595), wsd(peak=0.1)),
    "stable: length known": (task(5), linear(peak=0.15), wsd(peak=0.15)),
    "stable: low peak": (task(5), linear(peak=0.05), wsd(peak=0.05)),
}

# %% Twelve answers
answers = {}
print("case                      rival   this    verdict            p")
for name, (what, rival, this) in cases.items():
    result = paceline.compare(what, {"rival": rival, "this": this}, seeds=8, progress=False)
    loss = {each: np.array([*result.values(each).values()]) for each in ("rival", "this")}
    contrast = next(row.contrast for row in result.summaries if row.variant == "this")
    means = "  ".join(f"{values.mean():.4f}" for values in loss.values())
    print(f"{name:25} {means}  {contrast.verdict:17}  {contrast.p:.3f}")
    answers[name] = estimate(np.log2(loss["this"] / loss["rival"])), contrast.verdict

# %% The answers as a picture
times = {name: (ratio.mean, ratio.low, ratio.high) for name, (ratio, _) in answers.items()}
verdicts = {name: verdict for name, (_, verdict) in answers.items()}
doubled = "log2 of the validation loss (1: twice the rival's, -1: half)"
save_chart(forest_chart(times, verdicts=verdicts, metric=doubled), folder / "6_cases.png")

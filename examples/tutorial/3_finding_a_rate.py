"""How do you find a rate: by trial and error, or by a range test, and what does each cost?

python examples/tutorial/3_finding_a_rate.py     # its chart goes to paceline-out/tutorial
"""

import time
from pathlib import Path

import keras
import numpy as np
from sklearn.datasets import load_digits

import paceline
from paceline.charts import save_chart

folder = Path("paceline-out/tutorial")

# %% The task
images, labels = load_digits(return_X_y=True)
x, y = (images / 16).astype("float32"), labels.astype("int32")
train, validation = (x[:1347], y[:1347]), (x[1347:], y[1347:])

task = paceline.Task(
    model=lambda: keras.Sequential(
        [keras.Input((64,)), keras.layers.Dense(32, "relu"), keras.layers.Dense(10)]
    ),
    optimizer=lambda rate: keras.optimizers.SGD(rate, momentum=0.9),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    train=train,
    validation=validation,
    batch_size=32,
    epochs=10,
)


# %% Trial and error
def build(rate: object) -> keras.Model:
    keras.utils.set_random_seed(0)
    model = task.model()
    model.compile(task.optimizer(rate), task.loss)
    return model


start, tried = time.perf_counter(), {}
for peak in (0.0001, 0.001, 0.01, 0.1, 1.0, 10.0):
    model = build(paceline.linear(peak=peak, steps=task.horizon))
    history = model.fit(*train, 32, 10, validation_data=validation, verbose=0)
    tried[peak] = history.history["val_loss"][-1]
    print(f"peak {peak:<6g}  validation loss {tried[peak]:.3f}")
best = min(tried, key=tried.get)
print(f"trial and error: {best:g}; {6 * task.horizon} updates, {time.perf_counter() - start:.1f} s")

# %% A range test
start = time.perf_counter()
curve = paceline.find(build(0.01), *train, batch_size=32)
updates = sum(point.updates for point in curve.measured)
print(f"range test: {updates} updates, {time.perf_counter() - start:.1f} s")
print(curve.verdict)
save_chart(curve.chart(), folder / "3_range_test.png")

# %% Five range tests
five = paceline.find(task, repeats=5)
print(five.verdict)

# %% On fresh seeds
peaks = {"tried": best, "found": curve.suggestion.rate, "found five times": five.suggestion.rate}
schedules = {name: paceline.linear(peak=peak) for name, peak in peaks.items()}
print(paceline.compare(task, schedules, seeds=range(10, 22)).verdict)

# %% Questions without a good answer
shuffled = np.random.default_rng(0).permutation(train[1])
for case, images, labels, high in (
    ("range too low", *train, 0.0001),
    ("empty images", train[0] * 0, train[1], 10.0),
    ("missing values", train[0] * np.nan, train[1], 10.0),
    ("shuffled labels", train[0], shuffled, 10.0),
):
    answer = paceline.find(build(0.01), images, labels, batch_size=32, high=high)
    print(f"{case}: {answer.verdict}")

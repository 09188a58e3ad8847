"""How should the rate fall, and which three numbers does an exponential decay need?

python examples/tutorial/5_decay.py     # its charts go to paceline-out/tutorial
"""

import math
from pathlib import Path

import keras
import numpy as np
from sklearn.datasets import load_digits

import paceline
from paceline.charts import save_chart
from paceline.schedules import Piecewise

folder = Path("paceline-out/tutorial")

# %% In Keras, and here
theirs = keras.optimizers.schedules.ExponentialDecay(0.1, 100, 0.96, staircase=True)
ours = paceline.from_keras(theirs)
apart = max(abs(float(theirs(step)) - ours(step)) for step in range(425))
print(ours)
print(f"largest difference {apart:.0e}; first rate {ours(0):g}, last rate {ours(424):.4f}")
print(f"a twentieth after {100 * math.log(0.05) / math.log(0.96):,.0f} updates")

# %% The task
images, labels = load_digits(return_X_y=True)
order = np.random.default_rng(0).permutation(len(labels))
x, y = (images[order] / 16).astype("float32"), labels[order].astype("int32")
task = paceline.Task(
    model=lambda: keras.Sequential(
        [keras.Input((64,)), keras.layers.Dense(64, "relu"), keras.layers.Dense(10)]
    ),
    optimizer=lambda rate: keras.optimizers.SGD(rate, momentum=0.9),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    train=(x[:1347], y[:1347]),
    validation=(x[1347:], y[1347:]),
    batch_size=16,
    epochs=5,
)

# %% Made for the run
made = paceline.exponential(peak=0.15, factor=0.05)

# %% One number changed
numbers = {
    "made for the run": made,
    "as in tutorials": ours,
    "first rate x 5": paceline.exponential(peak=0.75, factor=0.05),
    "first rate / 10": paceline.exponential(peak=0.015, factor=0.05),
    "decay rate 0.0001": paceline.exponential(peak=0.15, factor=0.0001),
    "decay steps x 10": paceline.exponential(peak=0.15, factor=0.05, every=4250),
    "decay steps / 10": paceline.exponential(peak=0.15, factor=0.05, every=42),
    "in 3 stairs": paceline.exponential(peak=0.15, factor=0.05**0.5, every=142, staircase=True),
}
result = paceline.compare(task, numbers, seeds=10, progress=False)
print(made.over(task.horizon))
print(result.table())
save_chart(result.chart(), folder / "5_numbers.png")

# %% Other shapes
shapes = {
    "constant": paceline.constant(peak=0.15),
    "inverse time": paceline.inverse_time(peak=0.15),
    "exponential": made,
    "polynomial, power 2": paceline.polynomial(peak=0.15),
    "linear": paceline.linear(peak=0.15),
    "cosine": paceline.cosine(peak=0.15),
    "step": paceline.step_decay(peak=0.15),
}
result = paceline.compare(task, shapes, seeds=10, baseline="exponential", progress=False)
for name, rates in result.rates.items():
    print(f"{name:20} above half the peak {np.mean(rates > 0.075):4.0%} of the time, ", end="")
    print(f"last rate {rates[-1]:.5f}")

# %% The shapes compared
print(result.table())
save_chart(result.chart(), folder / "5_shapes.png")

# %% A step too late
late = keras.optimizers.schedules.PiecewiseConstantDecay([200, 300], [0.15, 0.015, 0.0015])
exact = Piecewise(boundaries=(200, 300), rates=(0.15, 0.015, 0.0015))
for name, each in {"Keras": late, "from_keras": paceline.from_keras(late), "exact": exact}.items():
    rates = ", ".join(f"{float(each(step)):.3f} at {step}" for step in (199, 200, 201))
    print(f"{name:10} {rates}")

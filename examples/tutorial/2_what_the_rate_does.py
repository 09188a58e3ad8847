"""What does the learning rate do? One model at five rates, from far too small to far too large.

python examples/tutorial/2_what_the_rate_does.py     # its charts go to paceline-out/tutorial
"""

from pathlib import Path

import keras
import numpy as np
from sklearn.datasets import load_digits

import paceline
from paceline.charts import loss_chart, save_chart

folder = Path("paceline-out/tutorial")

images, labels = load_digits(return_X_y=True)
x, y = (images / 16).astype("float32"), labels.astype("int32")

# %% Five rates
task = paceline.Task(
    model=lambda: keras.Sequential(
        [keras.Input((64,)), keras.layers.Dense(32, "relu"), keras.layers.Dense(10)]
    ),
    optimizer=lambda rate: keras.optimizers.SGD(learning_rate=rate),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    train=(x, y),
    batch_size=len(x),
    epochs=120,
)
rates = (0.0001, 0.01, 0.5, 2.0, 10.0)
fixed = {f"{rate:g}": paceline.constant(peak=rate) for rate in rates}
result = paceline.compare(task, fixed, seeds=3)

# %% What they do
curves = {name: np.array([trial.losses for trial in result.of(name)]) for name in fixed}
print("  rate   before   largest   last, by seed            rises")
for name, curve in curves.items():
    last = "  ".join(f"{loss:5.3f}" for loss in curve[:, -1])
    rises = (np.diff(curve) > 0).mean()
    print(f"{name:>6}  {curve[:, 0].mean():7.2f}  {curve.max():8.2f}   {last:20}  {rises:7.0%}")

# %% The curves of seed 0
for picture, title, names in (
    ("2_too_small.png", "Too small", ("0.0001", "0.01", "0.5")),
    ("2_too_large.png", "Too large", ("0.5", "2", "10")),
):
    shown = {name: curves[name][:1] for name in names}
    chart = loss_chart(shown, steps=range(task.horizon), order=list(fixed), title=title)
    save_chart(chart, folder / picture)

"""How far does a fixed rate get, and what does it miss?

python examples/tutorial/4_fixed_rate.py     # its chart goes to paceline-out/tutorial
"""

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


def build() -> keras.Model:
    l2 = keras.regularizers.L2(0.001)
    hidden = keras.layers.Dense(32, "relu", kernel_regularizer=l2)
    return keras.Sequential(
        [keras.Input((64,)), hidden, keras.layers.Dense(10, kernel_regularizer=l2)]
    )


task = paceline.Task(
    model=build,
    optimizer=keras.optimizers.SGD,
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
    train=(x[:1347], y[:1347]),
    validation=(x[1347:], y[1347:]),
    batch_size=16,
    epochs=20,
)
# %% Five schedules
rates = (0.4, 0.2, 0.1, 0.05)
schedules = {f"fixed {rate:g}": paceline.constant(peak=rate) for rate in rates}
schedules["0.4 falling to 0"] = paceline.linear(peak=0.4)
result = paceline.compare(task, schedules, seeds=12, baseline="0.4 falling to 0")

# %% How far they get
print("                    training loss    validation loss    accuracy")
print("                    begin     end    mean     spread")
for name in schedules:
    trials = result.of(name)
    begin = np.mean([trial.losses[:100].mean() for trial in trials])
    end = np.mean([trial.final_training_loss for trial in trials])
    last = np.array([trial.final("loss") for trial in trials])
    accuracy = np.mean([trial.final("accuracy") for trial in trials])
    losses = f"{begin:5.3f}  {end:6.3f}  {last.mean():6.3f}  {last.std(ddof=1):8.3f}"
    print(f"{name:18}  {losses}  {accuracy:13.1%}")

# %% The verdict
print(result.verdict)

# %% The losses
save_chart(result.charts()["losses"], folder / "4_losses.png")

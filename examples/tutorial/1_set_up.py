"""Is this machine ready to train?

python examples/tutorial/1_set_up.py     # its chart goes to paceline-out/tutorial
"""

import json
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
from sklearn.datasets import load_digits

from paceline.charts import loss_chart, save_chart

folder = Path("paceline-out/tutorial")

# %% Ask the doctor
command = [sys.executable, "-m", "paceline_cli", "doctor", "--json"]
report = json.loads(subprocess.run(command, capture_output=True, text=True).stdout)
for check in report["checks"]:
    print(f"{check['status']:5} {check['name']}")
print("ready to train:", report["ready"])

# %% One update
model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, use_bias=False)])
model.compile(keras.optimizers.SGD(learning_rate=0.1), loss="mse")
model.set_weights([np.zeros((2, 1))])
model.train_on_batch(np.array([[1.0, 2.0]]), np.array([[3.0]]))
print("weights after one update:", model.get_weights()[0].ravel())

# %% A real model
images, labels = load_digits(return_X_y=True)
x, y = (images / 16).astype("float32"), labels.astype("int32")

keras.utils.set_random_seed(0)
model = keras.Sequential(
    [keras.Input((64,)), keras.layers.Dense(32, "relu"), keras.layers.Dense(10)]
)
model.compile(
    keras.optimizers.SGD(learning_rate=0.1),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
data = (x[1347:], y[1347:])
before = model.evaluate(*data, verbose=0)
history = model.fit(x[:1347], y[:1347], 32, 10, validation_data=data, verbose=0).history
print(f"before training: loss {before[0]:.2f}, accuracy {before[1]:.0%}")
print(f"after 430 updates: loss {history['val_loss'][-1]:.2f}, ", end="")
print(f"accuracy {history['val_accuracy'][-1]:.0%}")

# %% The losses
curves = {"training": history["loss"], "validation": history["val_loss"]}
chart = loss_chart(
    {name: np.array([values]) for name, values in curves.items()}, steps=range(43, 431, 43)
)
save_chart(chart, folder / "1_losses.png")

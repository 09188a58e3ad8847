"""Where does a resumed training start, when Keras has skipped the optimizer's state?

python examples/07_resume.py
"""

import tempfile
import warnings
from pathlib import Path

import keras
from sklearn.datasets import load_digits

import paceline

images, labels = load_digits(return_X_y=True)
x, y = (images / 16).astype("float32"), labels.astype("int32")


def compiled(rate: object) -> keras.Model:
    model = keras.Sequential(
        [keras.Input((64,)), keras.layers.Dense(64, "relu"), keras.layers.Dense(10)]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(rate, momentum=0.9), loss)
    model.optimizer.build(model.trainable_variables)
    return model


path = Path(tempfile.mkdtemp()) / "epoch_6.weights.h5"
model = compiled(0.1)  # a number
model.fit(x, y, 64, epochs=6, verbose=0)
model.save_weights(path)

model = compiled(paceline.cosine(peak=0.1, steps=12 * 29))  # from now on a schedule
with warnings.catch_warnings(action="ignore"):
    model.load_weights(path)  # Keras: "Skipping variable loading for optimizer"
for finding in paceline.audit(model, steps_per_epoch=29, epochs=12, initial_epoch=6):
    print(finding)
print(f"the next rate is {paceline.resume(model, checkpoint=path):.3f}")
print(paceline.audit(model, steps_per_epoch=29, epochs=12, initial_epoch=6))

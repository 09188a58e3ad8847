"""How far does an optimizer get that finds its rate by itself, beside rates that were tried?

python examples/10_prodigy.py
"""

import keras
from sklearn.datasets import load_digits

import paceline
from paceline.optimizers import Prodigy

images, labels = load_digits(return_X_y=True)
x, y = (images / 16).astype("float32"), labels.astype("int32")
task = paceline.Task(
    model=lambda: keras.Sequential(
        [keras.Input((64,)), keras.layers.Dense(64, "relu"), keras.layers.Dense(10)]
    ),
    optimizer=keras.optimizers.Adam,
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    train=(x[:1347], y[:1347]),
    validation=(x[1347:], y[1347:]),
    batch_size=64,
    epochs=15,
)
variants = {f"Adam, {rate:g}": paceline.cosine(peak=rate) for rate in (1e-1, 1e-2, 1e-3, 1e-4)}
variants["Prodigy"] = paceline.Variant(schedule=paceline.cosine(peak=1.0), optimizer=Prodigy)
print(paceline.compare(task, variants, seeds=2).table())

keras.utils.set_random_seed(0)
model = task.model()
model.compile(Prodigy(paceline.cosine(peak=1.0, steps=task.horizon)), task.loss)
model.fit(x[:1347], y[:1347], batch_size=64, epochs=task.epochs, verbose=0)
print(f"the rate that it found: {model.optimizer.d:.1e}")

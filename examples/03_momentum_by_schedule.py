"""One-cycle with and without its momentum, and weight decay that falls, over paired seeds.

python examples/03_momentum_by_schedule.py
"""

import keras
from sklearn.datasets import load_digits

import paceline
from paceline.optimizers import scheduled
from paceline.schedules import Cosine

images, labels = load_digits(return_X_y=True)
x, y = (images / 16).astype("float32"), labels.astype("int32")
task = paceline.Task(
    model=lambda: keras.Sequential(
        [keras.Input((64,)), keras.layers.Dense(64, "relu"), keras.layers.Dense(10)]
    ),
    optimizer=lambda rate: keras.optimizers.SGD(rate, momentum=0.9),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    train=(x[:1347], y[:1347]),
    validation=(x[1347:], y[1347:]),
    batch_size=64,
    epochs=10,
)
rate = paceline.one_cycle(peak=0.3, steps=220)
falling = Cosine(start=0.01, end=0.0, steps=220)
momentum = Cosine(start=0.95, end=0.85, steps=66) >> Cosine(start=0.85, end=0.95, steps=154)
variants = {
    "momentum 0.9": rate,
    "momentum too": paceline.Variant(
        schedule=rate, optimizer=lambda rate: scheduled(task.optimizer(rate), momentum=momentum)
    ),
    "decay falls": paceline.Variant(
        schedule=rate, optimizer=lambda rate: scheduled(task.optimizer(rate), weight_decay=falling)
    ),
}
print(paceline.compare(task, variants, seeds=3).table())

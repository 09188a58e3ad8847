"""Does training without a schedule reach what a cosine reaches?

python examples/08_schedule_free.py
"""

import keras
from sklearn.datasets import load_digits

import paceline
from paceline.optimizers import ScheduleFreeAdamW, ScheduleFreeSGD

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
    epochs=12,
)
variants = {
    "constant": paceline.constant(peak=0.3),
    "cosine": paceline.cosine(peak=0.3),
    "schedule-free SGD": paceline.Variant(
        schedule=paceline.constant(peak=3.0, warmup=0.05), optimizer=ScheduleFreeSGD
    ),
    "schedule-free AdamW": paceline.Variant(
        schedule=paceline.constant(peak=0.02, warmup=0.05),
        optimizer=lambda rate: ScheduleFreeAdamW(rate, weight_decay=0.1),
    ),
}
# a schedule-free variant is validated at its average, and its training losses are those before it
print(paceline.compare(task, variants, seeds=2).table())

"""Does halving the rate on a plateau help, on top of a constant rate and of a cosine?

python examples/04_plateau.py
"""

import keras
from sklearn.datasets import load_digits

import paceline
from paceline.callbacks import ReduceOnPlateau

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
plateau = (ReduceOnPlateau(factor=0.5, patience=2, threshold=0.01),)
constant, cosine = paceline.constant(peak=0.3), paceline.cosine(peak=0.3)
variants = {
    "constant": constant,
    "constant, plateau": paceline.Variant(schedule=constant, callbacks=plateau),
    "cosine": cosine,
    "cosine, plateau": paceline.Variant(schedule=cosine, callbacks=plateau),
}
print(paceline.compare(task, variants, seeds=2).table())

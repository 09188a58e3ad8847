"""Is a schedule that is refined from a run's own gradients better than linear or cosine decay?

python examples/09_refine.py
"""

import keras
from sklearn.datasets import load_digits

import paceline
from paceline.callbacks import GradientNorms

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
linear = paceline.linear(peak=0.1)

keras.utils.set_random_seed(100)  # a run of its own, under the linear decay
model, recorder = task.model(), GradientNorms()
model.compile(task.optimizer(linear.over(task.horizon)), task.loss)
model.fit(x[:1347], y[:1347], batch_size=64, epochs=10, verbose=0, callbacks=[recorder])

refined = paceline.refine(recorder.norms, peak=0.1, optimizer=recorder.optimizer)
print(f"peak at update {max(refined.points, key=lambda point: point[1])[0]} of {refined.length}")
variants = {"linear": linear, "cosine": paceline.cosine(peak=0.1), "refined": refined}
print(paceline.compare(task, variants, seeds=2).table())

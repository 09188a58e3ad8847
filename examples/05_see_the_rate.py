"""What rate did each update get, under a schedule that a callback cuts on the way?

python examples/05_see_the_rate.py [PICTURE.png]
"""

import sys

import keras
from sklearn.datasets import load_digits

import paceline
from paceline.callbacks import RateRecorder, ReduceOnPlateau

images, labels = load_digits(return_X_y=True)
x, y = (images / 16).astype("float32"), labels.astype("int32")
keras.utils.set_random_seed(0)
model = keras.Sequential(
    [keras.Input((64,)), keras.layers.Dense(64, "relu"), keras.layers.Dense(10)]
)
steps = paceline.count_steps(examples=len(x), batch_size=64, epochs=12)
model.compile(
    keras.optimizers.SGD(paceline.cosine(peak=0.3, steps=steps, warmup=0.1), momentum=0.9),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
recorder = RateRecorder()
plateau = ReduceOnPlateau(monitor="loss", factor=0.5, patience=2, threshold=0.3)
history = model.fit(x, y, 64, epochs=12, verbose=0, callbacks=[plateau, recorder]).history

print(f"{len(recorder.rates)} updates, from {recorder.rates[0]:.3g} to {recorder.rates[-1]:.3g}")
for epoch, (rate, factor) in enumerate(
    zip(history["learning_rate"], history["rate_factor"], strict=True), start=1
):
    print(f"epoch {epoch:2}: last rate {rate:.4f}, factor of the next epoch {factor:g}")
if len(sys.argv) > 1:
    recorder.chart().save(sys.argv[1], scale_factor=2)

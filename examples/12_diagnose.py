"""What went wrong in these trainings? Five of one network on real digits, each with another rate.

python examples/12_diagnose.py
"""

import keras
from sklearn.datasets import load_digits

import paceline
from paceline.callbacks import RateRecorder

images, labels = load_digits(return_X_y=True)
x, y = (images / 16).astype("float32"), labels.astype("int32")

STEPS = 15 * 45
RATES = {
    "good": paceline.cosine(peak=0.1, steps=STEPS, warmup=0.05),
    "too high": paceline.cosine(peak=10.0, steps=STEPS, warmup=0.05),
    "too low": paceline.cosine(peak=0.001, steps=STEPS, warmup=0.05),
    "no decay": paceline.constant(peak=0.1, steps=STEPS),
    "decay at a fifth": paceline.cosine(peak=0.1, steps=STEPS // 5, warmup=0.05),
}

for name, rate in RATES.items():
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [keras.Input((64,)), keras.layers.Dense(32, "relu"), keras.layers.Dense(10)]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(rate, momentum=0.9), loss)
    recorder = RateRecorder()
    history = model.fit(x[:1440], y[:1440], 32, 15, verbose=0, callbacks=[recorder])
    print(f"{name}:")
    for finding in paceline.diagnose(history, recorder=recorder) or ["Nothing was found."]:
        print(finding)

"""How would a longer run end? Forecast from three short ones on real digits, and then trained.

python examples/13_forecast.py
"""

import keras
from keras.layers import Dense, Dropout
from sklearn.datasets import load_digits

import paceline
from paceline.forecast import Curve, fit

images, labels = load_digits(return_X_y=True)
x, y = (images / 16).astype("float32"), labels.astype("int32")


def trained(schedules: dict, *, epochs: int) -> dict[str, Curve]:
    task = paceline.Task(
        model=lambda: keras.Sequential(
            [keras.Input((64,)), Dense(32, "relu"), Dropout(0.5), Dense(10)]
        ),
        optimizer=lambda rate: keras.optimizers.SGD(rate, momentum=0.9),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        train=(x, y),
        batch_size=32,
        epochs=epochs,
    )
    return paceline.compare(task, schedules, seeds=3, progress=False).curves()


how = {"peak": 0.02, "warmup": 20}
wsd, cosine = paceline.wsd(**how, decay=0.2), paceline.cosine(**how)
short = {"wsd": wsd, "cosine": cosine, "constant": paceline.constant(**how)}
law = fit(trained(short, epochs=12))
for name, truth in trained({"wsd": wsd, "cosine": cosine}, epochs=36).items():
    forecast = law.predict(short[name], steps=len(truth.rates))
    last = truth.losses[-len(truth.losses) // 20 :].mean()
    print(f"{name}: {last:.3f} trained; {forecast}")

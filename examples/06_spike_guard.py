"""Does a guard save a training whose rate is a hundred times too high?

python examples/06_spike_guard.py
"""

import keras
import numpy as np
from sklearn.datasets import load_digits

import paceline
from paceline.callbacks import SpikeGuard

images, labels = load_digits(return_X_y=True)
x, y = (images / 16).astype("float32"), labels.astype("float32")[:, None]  # the digit as a number
for name, peak, guard in (
    ("a good rate", 0.02, SpikeGuard()),
    ("100 times too high", 2.0, None),
    ("the same, guarded", 2.0, SpikeGuard()),
):
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((64,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(paceline.cosine(peak=peak, steps=220)), "mse")
    callbacks = [guard] if guard else []
    model.fit(x[:1347], y[:1347], 64, epochs=10, verbose=0, callbacks=callbacks)
    loss = model.evaluate(x[1347:], y[1347:], verbose=0)
    print(f"{name:18} validation loss {np.round(loss, 2)}", guard.verdict if guard else "")

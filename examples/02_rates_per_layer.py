"""Fine-tuning with rates per layer: learn the digits 0 to 4, then 5 to 9 from few examples.

python examples/02_rates_per_layer.py
"""

import keras
from sklearn.datasets import load_digits

import paceline
from paceline.optimizers import with_rates

images, labels = load_digits(return_X_y=True)
low, high = labels < 5, labels >= 5
x, y = (images / 16).astype("float32"), labels % 5
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

keras.utils.set_random_seed(0)
base = keras.Sequential([keras.Input((64,)), keras.layers.Dense(64, "relu")], name="base")
first = keras.Sequential([base, keras.layers.Dense(5)])
first.compile(keras.optimizers.Adam(paceline.cosine(peak=1e-2, steps=300)), loss)
first.fit(x[low], y[low], batch_size=64, epochs=20, verbose=0)
learned = base.get_weights()

for name, rates in {
    "one rate": {"base": 1.0},
    "base at 0.1": {"base": 0.1},
    "frozen": {"base": 0.0},
}.items():
    keras.utils.set_random_seed(1)
    base.set_weights(learned)
    model = keras.Sequential([base, keras.layers.Dense(5, name="head")])
    optimizer = with_rates(keras.optimizers.Adam(paceline.cosine(peak=1e-2, steps=100)), rates)
    model.compile(optimizer, loss, metrics=["accuracy"])
    model.fit(x[high][:100], y[high][:100], batch_size=20, epochs=20, verbose=0)
    accuracy = model.evaluate(x[high][100:], y[high][100:], verbose=0)[1]
    print(f"{name:12} {accuracy:.3f}  {[(row.path, row.rate) for row in optimizer.table()][:2]}")

"""What does the rate do to the model, and which schedule should it be?

python examples/tutorial/8_effect_on_the_model.py     # its charts go to paceline-out/tutorial
"""

import dataclasses
from pathlib import Path

import keras
from sklearn.datasets import load_digits

import paceline
from paceline.charts import save_chart

folder = Path("paceline-out/tutorial")

# %% The task
images, labels = load_digits(return_X_y=True)
x, y = (images / 16).astype("float32"), labels.astype("int32")
small = paceline.Task(
    model=lambda: keras.Sequential(
        [keras.Input((64,)), keras.layers.Dense(64, "relu"), keras.layers.Dense(10)]
    ),
    optimizer=lambda rate: keras.optimizers.SGD(rate, momentum=0.9),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
    train=(x[:200], y[:200]),
    validation=(x[1347:], y[1347:]),
    batch_size=16,
    epochs=60,
)

# %% Five schedules
schedules = {
    "constant 0.05": paceline.constant(peak=0.05),
    "constant 0.005": paceline.constant(peak=0.005),
    "constant 0.2": paceline.constant(peak=0.2),
    "linear 0.05": paceline.linear(peak=0.05),
    "linear 0.2": paceline.linear(peak=0.2),
}
result = paceline.compare(small, schedules, seeds=8, a_a=True, progress=False)

# %% Three effects
print(f"{result.horizon} updates; target: a validation loss of {result.target:.3f}")
print("                 updates to  training  validation                overfits")
print("                 target      loss      loss    accuracy          after epoch  verdict")
for row in result.summaries:
    loss, accuracy = row.final["loss"].mean, row.final["accuracy"]
    print(
        f"{row.variant:15}  {row.time_to_target.median:<10g}  {row.training_loss.mean:.4f}    "
        f"{loss:.4f}  {accuracy.mean:.1%} ± {accuracy.high - accuracy.mean:.1%}    "
        f"{row.overfits_after or 'not shown'!s:11}  "
        f"{row.contrast.verdict if row.contrast else 'baseline'}"
    )

# %% The baseline against itself
noise = result.noise_floor
print(f"constant 0.05 against itself on other seeds: {noise.verdict}, ", end="")
print(f"{noise.difference.mean:+.3f} [{noise.difference.low:+.3f}, {noise.difference.high:+.3f}]")

# %% The losses
save_chart(result.charts()["losses"], folder / "8_losses.png")
save_chart(result.charts()["gap"], folder / "8_gap.png")

# %% A new task
whole = dataclasses.replace(
    small,
    train=(x[:1000], y[:1000]),
    validation=(x[1000:1400], y[1000:1400]),
    test=(x[1400:], y[1400:]),
    epochs=5,
)

# %% The range test
curve = paceline.find(whole)
print(curve.verdict)

# %% Search and verify
found = paceline.tune(whole, budget=60, progress=False)
print(found.verdict)
print(found.confirmation.table())

# %% The choice
seen = min((each for each in found.trials if each.horizon == 315), key=found.shown_value)
print(f"lowest in the search: {found.shown_value(seen):.3f}, {seen.point.family}")
print(found.best.code)
save_chart(found.charts()["search"], folder / "8_search.png")

"""How do I write a schedule of my own, and does it survive saving and loading?

python examples/tutorial/7_your_own_schedule.py     # its chart goes to paceline-out/tutorial
"""

import dataclasses
import math
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import keras
import numpy as np
from sklearn.datasets import load_digits

import paceline
from paceline.callbacks import RateRecorder, ReduceOnPlateau
from paceline.charts import rate_chart, save_chart
from paceline.schedules import Constant, Lambda, Schedule, from_epochs, warmup

folder = Path("paceline-out/tutorial")


# %% A function of the epoch
def decay(epoch: int) -> float:
    return 0.01 * math.exp(-0.1 * epoch)


by_epoch = from_epochs(decay, epochs=8, steps_per_epoch=85)
print("Keras has a LambdaSchedule:", hasattr(keras.optimizers.schedules, "LambdaSchedule"))
print("by_epoch ", [f"{by_epoch(step):.5f}" for step in (0, 84, 85, 679)])


# %% A subclass
@keras.saving.register_keras_serializable(package="mine")
@dataclasses.dataclass(frozen=True, kw_only=True)
class Parabola(Schedule):
    peak: float
    steps: int

    def _rate(self, position, xp):
        return self.peak * (1 - xp.progress(position, self.steps) ** 2)


parabola = Parabola(peak=0.1, steps=680)
print("parabola ", [f"{parabola(step):.5f}" for step in (0, 340, 679, 680)])

# %% A composition
composed = warmup(peak=0.1, steps=85) >> (10 * by_epoch.skipped(85)).clip(floor=0.06)
print(composed.table())

# %% The training
images, labels = load_digits(return_X_y=True)
order = np.random.default_rng(0).permutation(len(labels))
x, y = (images[order] / 16).astype("float32"), labels[order].astype("int32")


def train(rate, *callbacks):
    """Return the trained model, and the rate that each of its 680 updates used."""
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [keras.Input((64,)), keras.layers.Dense(64, "relu"), keras.layers.Dense(10)]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(rate, momentum=0.9), loss)
    watch = [*callbacks, RateRecorder()]
    data = (x[1347:], y[1347:])
    model.fit(x[:1347], y[:1347], 16, 8, validation_data=data, verbose=0, callbacks=watch)
    return model, np.array(watch[-1].rates)


# %% Driven by a metric
plateau = ReduceOnPlateau(factor=0.5, patience=1, threshold=0.05)
trained = {
    "by_epoch": train(by_epoch),
    "parabola": train(parabola),
    "composed": train(composed),
    "plateau": train(Constant(rate=0.15), plateau),
}
_, theirs = train(0.01, keras.callbacks.LearningRateScheduler(decay))
apart = np.abs(theirs - trained["by_epoch"][1]).max()
print(f"LearningRateScheduler and by_epoch: rates at most {apart:.0e} apart")
print("plateau: (epoch, factor from then on):", plateau.changes)

# %% The rates that were used
used = {name: rates for name, (_, rates) in trained.items()}
save_chart(rate_chart(used), folder / "7_rates.png")

# %% Save and load
files = Path(tempfile.mkdtemp())
for name, (model, _) in trained.items():
    model.save(files / "model.keras")
    again = keras.saving.load_model(files / "model.keras")
    before, after = (float(each.optimizer.learning_rate) for each in (model, again))
    print(f"{name}: the next rate is {before:.5f}, and after loading {after:.5f}")
for name, schedule in {"by_epoch": by_epoch, "parabola": parabola, "composed": composed}.items():
    paceline.save_schedule(schedule, files / f"{name}.json")
    same = paceline.load_schedule(files / f"{name}.json") == schedule
    print(f"{name}.json loads as an equal: {same}")


# %% A class without a name
@dataclasses.dataclass(frozen=True, kw_only=True)
class Unregistered(Parabola):
    pass


# %% What can't be saved
never = {
    "a lambda": Lambda(function=lambda step, ops: 0.1 * ops.exp(-0.01 * step)),
    "a class that is not registered": Unregistered(peak=0.1, steps=680),
    "a recipe without steps": paceline.cosine(peak=0.1),
}
for name, schedule in never.items():
    try:
        paceline.save_schedule(schedule, "never.json")
    except ValueError as error:
        print(f"{name}: {re.sub(' at 0x[0-9a-f]+', '', str(error))}")

# %% In another program
code = "import paceline; paceline.load_schedule('parabola.json')"
call = [sys.executable, "-c", code]
elsewhere = subprocess.run(call, cwd=files, capture_output=True, text=True)
print(elsewhere.stderr.splitlines()[-1])

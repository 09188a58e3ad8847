"""The rows of docs/how_to/migrate.md, and the rates that the other library gives in each."""

import dataclasses
import functools
import json
import re
from pathlib import Path

import keras
import numpy as np

import paceline.schedules
from paceline.schedules import parse_schedule

HERE = Path(__file__).parent
HOW_TO = HERE.parents[2] / "docs" / "how_to"
BACKEND = keras.backend.backend()

RECORDED = {
    "TensorFlow Addons": "tensorflow_addons",
    "PyTorch": "torch",
    "timm": "timm",
    "Transformers": "transformers",
    "fastai": "fastai",
}
FLOAT64 = ("PyTorch", "timm", "Transformers")
"""The libraries that compute in float64; the others do in float32, in a part at least."""

EXACT, ROUNDED = 1e-12, 5e-7  # of the peak
HORIZON, BEYOND = 150, 50
FAR = {
    "keras.optimizers.schedules.CosineDecayRestarts(0.1, 1000, t_mul=2.0)": np.arange(
        4_094_990, 4_095_010
    )
}
"""Steps to look at besides the first."""

HEADER = ["| theirs | Paceline | what differs |", "|---|---|---|"]
CELLS = re.compile(r"\| `([^`|]+)` \| (?:`([^`|]+)`|–) \| ([^|]+) \|")


@dataclasses.dataclass(frozen=True)
class Row:
    library: str
    theirs: str
    ours: str
    differs: str

    @property
    def schedule(self):
        return schedule_of(self.ours)

    @property
    def same(self):
        return self.differs.startswith("nothing")


def rows_of_the_page():
    page = (HOW_TO / "migrate.md").read_text(encoding="utf-8")
    for section in page.split("\n## ")[1:]:
        library, *lines = section.splitlines()
        table = [line for line in lines if line.startswith("|")]
        assert table[:2] == HEADER, library
        for line in table[2:]:
            found = CELLS.fullmatch(line)
            assert found, line
            yield Row(library, found[1], found[2] or "", found[3])


@functools.cache
def schedule_of(text):
    try:
        return parse_schedule(text)
    except ValueError:
        return eval(text, vars(paceline.schedules).copy())


@functools.cache
def recorded(package):
    text = (HERE / f"{package}.json").read_text(encoding="utf-8")
    return {row["call"]: np.array(row["rates"]) for row in json.loads(text)["rows"]}


ROWS = list(rows_of_the_page())
WITH_RATES = [row for row in ROWS if row.ours]
IDS = [f"{row.library}: {row.theirs} = {row.ours}" for row in WITH_RATES]


@functools.cache
def their_rates(library, call):
    """Return steps, and the rate that the other library gives to each."""
    if library in RECORDED:
        rates = recorded(RECORDED[library])[call]
        return np.arange(len(rates)), rates
    steps = np.arange(HORIZON + BEYOND)
    if library == "optax":
        return steps, rates_in_optax(call, steps)
    made = eval(call, {"keras": keras})
    if isinstance(made, keras.callbacks.Callback):
        rates = rates_in_a_fit(made, epochs=5, batches=20)
    elif isinstance(made, keras.optimizers.Optimizer):
        rates, _ = drive(made, updates=120)
    else:
        steps = np.concatenate([steps, FAR.get(call, [])]).astype(int)
        rates = one_by_one(made, steps)
    return steps[: len(rates)], np.array(rates, dtype=float)


def one_by_one(schedule, steps):
    """Return the rates as a training gets them: one step each, compiled where Keras compiles."""
    if BACKEND == "tensorflow":
        import tensorflow as tf

        compiled = tf.function(
            lambda each: tf.map_fn(schedule, each, fn_output_signature=tf.float32),
            autograph=False,
        )
        return compiled(tf.constant(steps)).numpy()
    if BACKEND == "jax":
        import jax

        return np.asarray(jax.jit(lambda each: jax.lax.map(schedule, each))(np.int32(steps)))
    return np.array([float(schedule(keras.ops.convert_to_tensor(int(step)))) for step in steps])


def rates_in_optax(call, steps):
    import jax
    import optax

    schedule = eval(call, {"optax": optax})
    return np.array(jax.jit(jax.vmap(schedule))(steps.astype(np.int32)), dtype=float)


def rates_in_a_fit(callback, epochs, batches):
    rates = []

    class Record(keras.callbacks.Callback):
        def on_train_batch_begin(self, batch, logs=None):
            rates.append(float(self.model.optimizer.learning_rate))

    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.1), loss="mse")
    x = np.zeros((batches, 1), dtype="float32")
    model.fit(x, x, batch_size=1, epochs=epochs, verbose=0, callbacks=[callback, Record()])
    return rates


def drive(optimizer, updates):
    """Return the optimizer's rate before each call, and by how much each changed the weight."""
    weight = keras.Variable(0.0)
    optimizer.build([weight])
    gradient = keras.ops.convert_to_tensor(1.0)
    rates, weights = [], [0.0]
    for _ in range(updates):
        rates.append(float(optimizer.learning_rate))
        optimizer.apply([gradient])
        weights.append(float(weight))
    return np.array(rates), -np.diff(weights)

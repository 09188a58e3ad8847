"""A tiny classification task, and what a plain Keras script makes of it."""

import keras
import numpy as np

from paceline.schedules import Schedule, cosine
from paceline.trials import Outcome, Task, Trainer, Trial, Variant

KINDS = {"tensorflow": ("graph", "xla", "fit"), "jax": ("scan", "step", "fit")}.get(
    keras.backend.backend(), ("fit",)
)
COMPILED = KINDS[0]

_RANDOM = np.random.default_rng(7)
X = _RANDOM.normal(size=(45, 6)).astype("float32")
Y = (X @ _RANDOM.normal(size=(6, 3))).argmax(axis=1).astype("int32")
X_TEST = _RANDOM.normal(size=(19, 6)).astype("float32")
Y_TEST = _RANDOM.integers(0, 3, size=19).astype("int32")
BATCH = 8
EPOCHS = 3


def sgd(rate):
    return keras.optimizers.SGD(rate, momentum=0.9)


def normalised():
    return keras.Sequential(
        [
            keras.layers.Input((6,)),
            keras.layers.Dense(
                12, activation="relu", kernel_regularizer=keras.regularizers.L2(0.01)
            ),
            keras.layers.BatchNormalization(momentum=0.8),
            keras.layers.Dense(3),
        ]
    )


def plain():
    return keras.Sequential([keras.layers.Input((6,)), keras.layers.Dense(3)])


def small_task(**changes) -> Task:
    settings = {
        "model": plain,
        "optimizer": sgd,
        "loss": keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        "metrics": ["accuracy"],
        "train": (X, Y),
        "validation": (X_TEST, Y_TEST),
        "batch_size": BATCH,
        "epochs": EPOCHS,
    }
    return Task(**(settings | changes))


def trainer(source, kind=COMPILED, *, horizon=None, **variants: Schedule | Variant) -> Trainer:
    horizon = horizon or (source() if callable(source) else source).horizon
    named = {
        name: (item if isinstance(item, Variant) else Variant(schedule=item)).bound(horizon)
        for name, item in (variants or {"cosine": cosine(peak=0.1)}).items()
    }
    return Trainer(source, named, kind)


def outcome(source, kind=COMPILED, *, seed=1, variant="cosine", **variants) -> Outcome:
    """Train once, and insist that it did not fail."""
    result = trainer(source, kind, **variants).run(Trial(variant=variant, seed=seed))
    assert result.status != "failed", result.error
    return result


class Table(keras.optimizers.schedules.LearningRateSchedule):
    def __init__(self, rates):
        self.rates = np.asarray(rates, "float32")

    def __call__(self, step):
        return keras.ops.take(keras.ops.convert_to_tensor(self.rates), step)

    def get_config(self):
        return {"rates": self.rates.tolist()}


class InOrder(keras.utils.PyDataset):
    """All the batches of a training, of every epoch, one after another."""

    def __init__(self, batches):
        super().__init__()
        self.batches = batches

    @property
    def num_batches(self):
        return len(self.batches)

    def __getitem__(self, index):
        return self.batches[index]


class OwnLosses(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.losses = []

    def on_train_batch_begin(self, batch, logs=None):
        self.model.reset_metrics()

    def on_train_batch_end(self, batch, logs=None):
        self.losses.append(logs["loss"])


def plain_fit(task, rates, *, seed=1, take=None):
    """Compile and fit as a user does, on the batches that the seed gives; no Paceline in it."""
    streams = np.random.SeedSequence(seed).spawn(2)
    keras.utils.set_random_seed(int(streams[0].generate_state(1)[0]))
    model = task.model()
    jit = False if keras.backend.backend() == "tensorflow" else "auto"
    model.compile(
        task.optimizer(Table(rates)), task.loss, metrics=task.metrics or None, jit_compile=jit
    )
    generator = np.random.default_rng(streams[1])
    batches = []
    for _ in range(task.epochs):
        order = generator.permutation(len(X))
        for start in range(0, len(X), task.batch_size):
            index = order[start : start + task.batch_size]
            batches.append(task.train.take(index) if take is None else take(index))
    watch = OwnLosses()
    model.fit(InOrder(batches), shuffle=False, verbose=0, callbacks=[watch])
    return model, np.array(watch.losses)

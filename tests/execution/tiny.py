"""A task that trains in milliseconds, and outcomes by formula."""

import keras
import numpy as np

from paceline.execution import Plan, Setup, data_digests
from paceline.schedules import constant, cosine
from paceline.trials import Outcome, Task, Trial, Variant

X = np.random.default_rng(0).normal(size=(44, 4)).astype("float32")
COMPILED = {"tensorflow": "graph", "jax": "scan"}.get(keras.backend.backend(), "fit")


def model():
    return keras.Sequential(
        [keras.layers.Input((4,)), keras.layers.Dense(8, activation="relu"), keras.layers.Dense(3)]
    )


def task(**changes) -> Task:
    settings = {
        "model": model,
        "optimizer": lambda rate: keras.optimizers.Adam(rate),
        "loss": "mse",
        "train": (X[:36], X[:36, :3]),
        "validation": (X[36:], X[36:, :3]),
        "batch_size": 8,
        "epochs": 2,
    }
    return Task(**(settings | changes))


def plan(source=task, seeds=2, **variants) -> Plan:
    made = source() if callable(source) else source
    variants = variants or {"a": constant(peak=0.1), "b": cosine(peak=0.1)}
    bound = {
        name: (item if isinstance(item, Variant) else Variant(schedule=item)).bound(made.horizon)
        for name, item in variants.items()
    }
    setup = Setup(source=source, data=data_digests(made), variants=bound, kind=COMPILED)
    trials = {
        f"{name}-{seed}": Trial(variant=name, seed=seed) for seed in range(seeds) for name in bound
    }
    return Plan(name="tiny", task_key="k", setup=setup, trials=trials)


def outcome(**changes) -> Outcome:
    fields = {
        "variant": "a",
        "seed": 3,
        "status": "done",
        "rates": np.array([0.1, 0.05]),
        "losses": np.array([1.0, 0.5]),
        "steps_per_epoch": 1,
        "validation": {"loss": np.array([0.9, 0.4]), "top/1 accuracy": np.array([0.1, 0.7])},
        "test": {"loss": 0.25},
        "seconds": 1.5,
        "peak_memory": 10,
        "versions": {"keras": "3"},
    }
    return Outcome(**(fields | changes))

"""What makes a task that task: the hash that a trial's key is made of."""

import hashlib
import json
from typing import Any

import keras
import numpy as np

from paceline.trials._build import state_of
from paceline.trials._data import Arrays
from paceline.trials._describe import config_of, describe
from paceline.trials._task import Task
from paceline.trials._trainer import TaskSource, versions
from paceline.trials._variant import OptimizerOf, Variant


def task_identity(source: TaskSource, task: Task, model: Any) -> str:
    """Return a hash of what a task's numbers depend on.

    The code of the functions and classes of the user's that make it (comments and layout do not
    count) with the constants they name; the model's and the optimizer's config, the loss, the
    metrics; the values of the data and of the first weights; the batch size and the epochs. Of
    data that are no arrays, their class and attributes count, not what they yield.

    Args:
        source: the task, or the function that makes it.
        task: the task that `source` is or makes.
        model: its model, as `checked_model` returns it.
    """
    parts = {
        "code": describe(
            source if callable(source) else None,
            task.model,
            task.optimizer,
            task.loss,
            task.metrics,
            *dict.fromkeys(map(type, model._flatten_layers())),
        ),
        "model": config_of(model),
        "optimizer": config_of(model.optimizer),
        "weights": describe(*state_of(model)[0]),
        "data": [_data(part) for part in (task.train, task.validation, task.test)],
        "batch_size": task.batch_size,
        "epochs": int(task.epochs),
        "steps_per_epoch": task.steps_per_epoch,
    }
    return digest(parts)


def variant_identity(variant: Variant, horizon: int) -> str:
    """Return a hash of the rates of every update, and of the variant's optimizer and callbacks."""
    rates = variant.schedule(np.arange(horizon)).astype(np.float32)
    parts = {
        "rates": hashlib.sha256(rates.tobytes()).hexdigest(),
        "optimizer": _optimizer(variant.optimizer),
        "callbacks": describe(*variant.callbacks),
    }
    return digest(parts)


def trial_key(
    *,
    task: str,
    name: str,
    variant: str,
    seed: int,
    horizon: int,
    loop: str,
    threads: int,
) -> str:
    """Return the key of a trial: a hash of everything that its numbers depend on.

    Args:
        task: the task's identity.
        name: what the variant is called.
        variant: the variant's identity over `horizon`.
        seed: of the trial.
        horizon: updates.
        loop: the kind of loop that trains it.
        threads: that a trial computes with.
    """
    return digest(
        {
            "task": task,
            "name": name,
            "variant": variant,
            "seed": seed,
            "horizon": horizon,
            "backend": keras.backend.backend(),
            "loop": loop,
            "threads": threads,
            "versions": versions(),
        }
    )


def digest(parts: Any) -> str:
    """Return a hash of JSON-able `parts`."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def _optimizer(function: OptimizerOf | None) -> Any:
    return None if function is None else [config_of(function(0.0)), describe(function)]


def _data(data: Any) -> Any:
    return data.digest() if isinstance(data, Arrays) else describe(data)

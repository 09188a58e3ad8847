"""A look at a task before anything trains: does its model take its data, do the labels fit?"""

from typing import Any

import keras
import numpy as np

from paceline.trials._build import build
from paceline.trials._data import Arrays
from paceline.trials._errors import TaskError, reason
from paceline.trials._rate_feed import RateFeed
from paceline.trials._seeds import Seeds
from paceline.trials._task import Task
from paceline.trials._uses_rate import check_uses_rate


def checked_model(task: Task) -> tuple[Any, tuple[str, ...]]:
    """Return the task's model, compiled, and the names of what it measures.

    It has measured the first batch of every data set; data that are no arrays are not touched, and
    then no names are known.

    Raises:
        TaskError: a model that is compiled or does not take the data, labels that do not fit, an
            optimizer that ignores its rate.
    """
    check_uses_rate(task.optimizer)
    model = build(task, Seeds(0), task.optimizer, RateFeed())
    names: tuple[str, ...] = ()
    for name in ("train", "validation", "test"):
        data = getattr(task, name)
        if isinstance(data, Arrays):
            names = _measured(model, task, name, data)
    return model, names


def _measured(model: Any, task: Task, name: str, data: Arrays) -> tuple[str, ...]:
    check_labels(model, task.loss, data.parts, name=name)
    batch = data.take(slice(0, min(int(task.batch_size or 1), data.samples)))
    try:
        logs = model.test_on_batch(*batch, return_dict=True)
    except Exception as error:
        shapes = keras.tree.map_structure(lambda array: array.shape[1:], data.parts)
        raise TaskError(
            f"The model can't measure its loss on the first batch of the {name} data, whose "
            f"samples have the shapes {shapes}: {reason(error)}. Make the model, the labels and "
            "the loss fit."
        ) from error
    if task.loss is None and np.all(np.asarray(logs.get("loss", 1.0)) == 0):
        raise TaskError(
            'Task has loss=None, and the model adds no loss of its own. Write loss="mse", say.'
        )
    return tuple(logs)


_SPARSE = ("sparse_categorical_crossentropy", "SparseCategoricalCrossentropy")


def check_labels(model: Any, loss: Any, parts: tuple[Any, ...], *, name: str) -> None:
    """Look at what Keras accepts in silence: a wrong class, or shapes that broadcast.

    Raises:
        TaskError: labels that do not fit.
    """
    labels = parts[1] if len(parts) > 1 else None
    shape = getattr(model, "output_shape", None) if model.built else None
    if not isinstance(labels, np.ndarray) or not isinstance(shape, tuple):
        return
    if isinstance(loss, keras.losses.SparseCategoricalCrossentropy) or loss in _SPARSE:
        _check_classes(labels, shape[-1], getattr(loss, "ignore_class", None), name)
    elif isinstance(loss, str) or type(loss).__module__.startswith("keras."):
        sizes = list(zip(shape[1:], labels.shape[1:], strict=False))
        if len(shape) == labels.ndim and any(size not in (None, other) for size, other in sizes):
            raise TaskError(
                f"The {name} labels have the shape {labels.shape[1:]} a sample, but the model "
                f"gives {shape[1:]}. Give the last layer as many units, or reshape the labels."
            )


def _check_classes(labels: Any, classes: Any, ignored: int | None, name: str) -> None:
    counted = labels if ignored is None else labels[labels != ignored]
    if not isinstance(classes, int) or not counted.size:
        return
    low, high = counted.min(), counted.max()
    if low < 0 or high >= classes:
        raise TaskError(
            f"The {name} labels run from {low} to {high}, but the model has {classes} outputs, so "
            f"they must lie in 0..{classes - 1}. Give the last layer {int(high) + 1} units, or "
            "number the labels from 0."
        )

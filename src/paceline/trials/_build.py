"""A task's model and optimizer, built anew for a seed."""

import copy
from typing import Any

import keras
import numpy as np

from paceline.trials._data import Arrays
from paceline.trials._errors import TaskError, reason
from paceline.trials._seeds import Seeds
from paceline.trials._task import Task
from paceline.trials._variant import OptimizerOf

Model = Any


def build(task: Task, seeds: Seeds, optimizer: OptimizerOf, rate: Any) -> Model:
    """Return the task's model, compiled, with the initial state that the seed fixes.

    Raises:
        TaskError: a model or optimizer function that raises or returns something else.
    """
    seeds.start()
    model = _made("model", task.model)
    if not isinstance(model, keras.Model):
        raise TaskError(
            f"Task's model() must return a keras.Model; got {model!r} ({type(model).__name__})."
        )
    if model.compiled:
        raise TaskError(
            "Task's model() returned a compiled model; each trial compiles it with its own "
            "schedule. Leave compile() out and give loss, optimizer and metrics to Task."
        )
    made = _made("optimizer", lambda: optimizer(rate))
    if not isinstance(made, keras.optimizers.Optimizer):
        raise TaskError(
            "The optimizer function must return a Keras optimizer; got "
            f"{made!r}. Write lambda rate: keras.optimizers.SGD(rate)."
        )
    if isinstance(task.train, Arrays) and not model.built:
        _call_once(model, task.train)
    # metric objects hold state, so that each model gets copies
    model.compile(optimizer=made, loss=task.loss, metrics=copy.deepcopy(task.metrics) or None)
    if model.built:
        model.optimizer.build(model.trainable_variables)
    return model


def _made(what: str, function: Any) -> Any:
    try:
        return function()
    except Exception as error:
        raise TaskError(
            f"Task's {what} function raised {type(error).__name__}: {reason(error)}"
        ) from error


def _call_once(model: Model, data: Arrays) -> None:
    """Let a model that does not know its input yet make its variables, on one sample."""
    sample = data.take(slice(0, 1))[0]
    inputs = keras.tree.map_structure(keras.ops.convert_to_tensor, sample)
    try:
        model(inputs, **({"training": False} if model._call_has_training_arg else {}))
    except Exception as error:
        shapes = keras.tree.map_structure(lambda array: array.shape[1:], sample)
        raise TaskError(
            f"The model can't be called on a train sample, of shape {shapes}: {reason(error)}. "
            "Make the model and the data fit."
        ) from error


def state_of(model: Model) -> list[list[Any]]:
    """Return the values of the model's variables and of its optimizer's."""
    return [
        [np.asarray(keras.ops.convert_to_tensor(variable)) for variable in group]
        for group in (model.variables, model.optimizer.variables)
    ]

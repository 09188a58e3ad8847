"""A task's model and optimizer, built anew for a seed."""

from typing import Any

import keras

from paceline.trials._data import Arrays
from paceline.trials._errors import TaskError
from paceline.trials._seeds import Seeds
from paceline.trials._task import Task
from paceline.trials._variant import OptimizerOf

Model = Any


def build(task: Task, seeds: Seeds, optimizer: OptimizerOf, rate: Any) -> Model:
    """Return the task's model, compiled, with the initial state that the seed fixes."""
    seeds.start()
    model = task.model()
    if not isinstance(model, keras.Model):
        raise TaskError(
            f"Task's model() must return a keras.Model; got {model!r} ({type(model).__name__})."
        )
    if model.compiled:
        raise TaskError(
            "Task's model() returned a compiled model; each trial compiles it with its own "
            "schedule. Leave compile() out and give loss, optimizer and metrics to Task."
        )
    made = optimizer(rate)
    if not isinstance(made, keras.optimizers.Optimizer):
        raise TaskError(
            "The optimizer function must return a Keras optimizer; got "
            f"{made!r}. Write lambda rate: keras.optimizers.SGD(rate)."
        )
    if isinstance(task.train, Arrays) and not model.built:
        inputs = task.train.take(slice(0, 1))[0]
        model(keras.tree.map_structure(keras.ops.convert_to_tensor, inputs))
    model.compile(optimizer=made, loss=task.loss, metrics=_fresh(task.metrics))
    if model.built:
        made.build(model.trainable_variables)
    return model


def _fresh(metrics: Any) -> Any:
    """Metric objects hold state, so that each model gets copies."""
    return keras.tree.map_structure(_copy, list(metrics)) if metrics else None


def _copy(metric: Any) -> Any:
    if isinstance(metric, keras.metrics.Metric):
        return type(metric).from_config(metric.get_config())
    return metric


def state_of(model: Model) -> list[list[Any]]:
    """Return the values of the model's variables and of its optimizer's."""
    return [
        [variable.numpy() for variable in model.variables],
        [variable.numpy() for variable in model.optimizer.variables],
    ]

"""The loss of a batch by itself: what Keras logs is the running mean of the epoch."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import keras

BATCH_LOSS = "paceline_batch_loss"


def running_means(model: Any) -> list[Any]:
    """Return the variables of the running means that a train_step may log as its loss.

    Set to zero before an update, they make it log the batch's own loss. Metrics of other kinds
    keep what they hold.
    """
    return [variable for metric in _means(model) for variable in (metric.total, metric.count)]


def loss_in(logs: Any) -> Any:
    """Return the loss among the logs of a train_step.

    Raises:
        ValueError: a train_step that does not return its loss.
    """
    if not isinstance(logs, dict) or "loss" not in logs:
        got = sorted(logs) if isinstance(logs, dict) else logs
        raise ValueError(
            f'The model\'s train_step returns {got!r} without "loss". Add it: the loss of each '
            "batch is read there."
        )
    return keras.ops.mean(keras.ops.cast(logs["loss"], "float32"))


def log_batch_loss(model: Any) -> bool:
    """Let `fit` log the own loss of each batch too, as BATCH_LOSS; its other logs stay the same.

    Return whether it did not do so before.
    """
    if hasattr(model.train_step, BATCH_LOSS):
        return False
    wrap = _stateless if keras.backend.backend() == "jax" else _stateful
    step = wrap(model, model.train_step)
    setattr(step, BATCH_LOSS, True)
    object.__setattr__(model, "train_step", step)
    model.train_function = None
    return True


def log_no_batch_loss(model: Any) -> None:
    """Let `fit` log what it did before."""
    object.__delattr__(model, "train_step")
    model.train_function = None


def _stateful(model: Any, train_step: Callable[..., Any]) -> Callable[..., Any]:
    def step(data: Any) -> dict[str, Any]:
        kept = [(variable, keras.ops.copy(variable.value)) for variable in running_means(model)]
        for variable, _ in kept:
            variable.assign(keras.ops.zeros_like(variable.value))
        with _results_noted(model) as owners:
            logs = train_step(data)
        loss = loss_in(logs)
        for variable, value in kept:
            variable.assign_add(value)
        return _as_running(logs, owners) | {BATCH_LOSS: keras.ops.stop_gradient(loss)}

    return step


def _stateless(model: Any, train_step: Callable[..., Any]) -> Callable[..., Any]:
    def step(state: Any, data: Any) -> tuple[dict[str, Any], Any]:
        *rest, values = state
        variables = model.metrics_variables
        means = set(map(id, running_means(model)))
        zeroed = [
            keras.ops.zeros_like(value) if id(variable) in means else value
            for variable, value in zip(variables, values, strict=True)
        ]
        with _results_noted(model) as owners:
            logs, (*rest, updated) = train_step((*rest, zeroed), data)
        loss = loss_in(logs)
        running = [
            value + new if id(variable) in means else new
            for variable, value, new in zip(variables, values, updated, strict=True)
        ]
        with keras.StatelessScope(state_mapping=list(zip(variables, running, strict=True))):
            logs = _as_running(logs, owners)
        return logs | {BATCH_LOSS: loss}, (*rest, running)

    return step


def _means(model: Any) -> list[Any]:
    return [metric for metric in model.metrics if isinstance(metric, keras.metrics.Mean)]


_Owners = dict[int, tuple[Any, Any]]
"""The metric that each noted result came from, by the result's id; the result is kept alive."""


class _Noting:
    """A metric's `result` that notes what it returns, for all who listen."""

    def __init__(self, metric: Any) -> None:
        self._metric = metric
        self._result = metric.result
        self.listening: dict[int, _Owners] = {}

    def __call__(self) -> Any:
        value = self._result()
        for owners in self.listening.values():
            owners[id(value)] = (self._metric, value)
        return value


@contextlib.contextmanager
def _results_noted(model: Any) -> Iterator[_Owners]:
    """Note which running mean each result comes from, as a step may log it under any name.

    Replicas of TensorFlow trace their steps in turns, so that several may listen at a time.
    """
    owners: _Owners = {}
    means = _means(model)
    for metric in means:
        if "result" not in vars(metric):
            object.__setattr__(metric, "result", _Noting(metric))
        metric.result.listening[id(owners)] = owners
    try:
        yield owners
    finally:
        for metric in means:
            del metric.result.listening[id(owners)]
            if not metric.result.listening:
                object.__delattr__(metric, "result")


def _as_running(logs: dict[str, Any], owners: _Owners) -> dict[str, Any]:
    return {
        name: owners[id(value)][0].result() if id(value) in owners else value
        for name, value in logs.items()
    }

"""A training step without what Keras computes for its logs alone."""

import contextlib
from collections.abc import Iterator
from typing import Any

import keras

from paceline.callbacks._batch_loss import loss_in, running_means

_LOGGING = ("train_step", "compute_metrics", "get_metrics_result", "metrics")
"""What a model of one's own may override to log otherwise than Keras does."""


class _LastLoss:
    """Stands in for Keras' loss tracker: no running mean, no variables."""

    name = "loss"
    variables = ()

    def update_state(self, values: Any, sample_weight: Any = None) -> None:
        self._values = values

    def result(self) -> Any:
        return self._values

    def reset_state(self) -> None:
        pass


@contextlib.contextmanager
def lean_step(model: Any) -> Iterator[None]:
    """Leave out of a train_step that is traced here what Keras computes for its logs alone.

    A small model's step spends a third of its time there. A model that logs in a way of its own
    keeps everything.
    """
    if any(getattr(type(model), name) is not getattr(keras.Model, name) for name in _LOGGING):
        yield
        return
    kept = {name: getattr(model, name) for name in ("_loss_tracker", "_compile_metrics")}
    try:
        # past Keras' __setattr__, which would list the stand-in among the model's own metrics
        object.__setattr__(model, "_loss_tracker", _LastLoss())
        object.__setattr__(model, "_compile_metrics", None)
        yield
    finally:
        for name, value in kept.items():
            object.__setattr__(model, name, value)


def own_loss(model: Any, batch: Any) -> Any:
    """Make one update on `batch`, and return the batch's own loss; JAX has `JaxStep`."""
    with lean_step(model):
        for variable in running_means(model):
            variable.assign(keras.ops.zeros_like(variable.value))
        return loss_in(model.train_step(batch))

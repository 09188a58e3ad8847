"""Keras' stateless steps on JAX, with each batch's own loss."""

from collections.abc import Callable
from typing import Any

import keras
from jax import numpy as jnp

from paceline.callbacks._batch_loss import loss_in, running_means
from paceline.optimizers._inside import inside_scaling
from paceline.trials._lean_step import lean_step

State = tuple[Any, ...]
"""Trainable, non-trainable, optimizer and metrics variables, as Keras' steps take them."""


class JaxStep:
    """One update as a function of the state."""

    def __init__(self, model: Any) -> None:
        """Take a model that is built and compiled."""
        self._model = model
        with lean_step(model):
            means = set(map(id, running_means(model)))
            kept = model.metrics_variables
        self.metrics = values_of(kept)
        """What the metrics' part of the state begins with."""
        self._is_mean = [id(variable) in means for variable in kept]

    def __call__(self, state: State, batch: Any) -> tuple[State, Any]:
        """Return the state after an update on `batch`, and the batch's own loss."""
        *rest, metrics = state
        metrics = [
            jnp.zeros_like(value) if is_mean else value
            for value, is_mean in zip(metrics, self._is_mean, strict=True)
        ]
        with lean_step(self._model):
            logs, state = self._model.train_step((*rest, metrics), batch)
        return state, loss_in(logs)


def values_of(variables: Any) -> list[Any]:
    """Return copies of the values, which a program may take over."""
    return [jnp.array(variable.value) for variable in variables]


def acted(model: Any, state: State, act: Callable[[Any], None]) -> State:
    """Return `state` after `act` did something with the optimizer and its variables."""
    optimizer = model.optimizer
    groups = (model.trainable_variables, model.non_trainable_variables, optimizer.variables)
    mapping = [
        pair
        for variables, values in zip(groups, state, strict=False)  # without the metrics
        for pair in zip(variables, values, strict=True)
    ]
    with keras.StatelessScope(state_mapping=mapping) as scope:
        act(optimizer)
    found = [[scope.get_current_value(each) for each in group] for group in groups]
    return (*found, *state[len(groups) :])


def calls_in(model: Any, state: State) -> Any:
    """Return how often the optimizer was applied, according to `state`."""
    inside = inside_scaling(model.optimizer)
    places = [variable is inside._iterations for variable in model.optimizer.variables]
    return state[2][places.index(True)]

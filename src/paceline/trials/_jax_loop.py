"""The compiled loop on JAX: `lax.scan` over an epoch, or one jitted step called from Python."""

from typing import Any

import jax
import keras
import numpy as np
import numpy.typing as npt

from paceline.trials._compiled_loop import CompiledLoop, Logs, Losses
from paceline.trials._data import Arrays
from paceline.trials._errors import TaskError
from paceline.trials._task import Task
from paceline.trials._variant import OptimizerOf

State = tuple[Any, Any, Any, Any]
"""Trainable, non-trainable, optimizer and metrics variables, as Keras' train_step takes them."""


class JaxLoop(CompiledLoop):
    """Keras' own stateless train_step; with `scan` an epoch is one call."""

    def __init__(self, task: Task, optimizer: OptimizerOf, *, scan: bool) -> None:
        """Put the data on the device; the programs are compiled at the first epoch."""
        super().__init__(task, optimizer)
        self._data = {
            name: _on_device(getattr(task, name))
            for name in ("train", "validation", "test")
            if getattr(task, name) is not None
        }
        self._measure_once()
        self._zeros = [variable.value for variable in self.model.metrics_variables]
        self._loss_variables = _loss_variables(self.model)
        self._scan = scan
        self._update = jax.jit(self._trace_update, donate_argnums=0)
        self._updates = jax.jit(self._trace_updates, donate_argnums=0)
        self._test_step = jax.jit(self._trace_test_step)
        self._test_steps = jax.jit(self._trace_test_steps)
        self._state: State = ([], [], [], [])

    def _measure_once(self) -> None:
        """Let Keras create the metrics' variables, which it does at the first batch."""
        batch = keras.tree.map_structure(lambda part: part[:1], self._data["train"])
        self.model.test_on_batch(*(keras.tree.map_structure(np.asarray, batch)))
        self.model.reset_metrics()

    def _begin(self, state: list[list[Any]]) -> None:
        values = dict(zip(map(id, self.model.variables), state[0], strict=True))
        self._state = (
            [jax.numpy.array(values[id(v)]) for v in self.model.trainable_variables],
            [jax.numpy.array(values[id(v)]) for v in self.model.non_trainable_variables],
            [jax.numpy.array(value) for value in state[1]],
            self._fresh_metrics(),
        )

    def _fresh_metrics(self) -> list[Any]:
        return [jax.numpy.array(value) for value in self._zeros]

    def _epoch(
        self, order: npt.NDArray[np.int32], rates: npt.NDArray[np.float32]
    ) -> tuple[Losses, Logs]:
        full, rest = divmod(self.train.samples, self.batch_size)
        batches = order[: full * self.batch_size].reshape(full, self.batch_size)
        rates = jax.numpy.asarray(rates)
        losses = []
        if self._scan:
            self._state, loss = self._updates(self._state, batches, rates, self._data["train"])
            losses.append(np.asarray(loss))
        else:
            for batch in batches:
                self._state, loss = self._update(self._state, batch, rates, self._data["train"])
                losses.append(loss)
        if rest:
            last = order[full * self.batch_size :]
            self._state, loss = self._update(self._state, last, rates, self._data["train"])
            losses.append(loss)
        flat = np.concatenate([np.ravel(np.asarray(loss)) for loss in losses])
        return flat.astype(np.float64), self._evaluate("validation")

    def _test(self) -> Logs:
        return self._evaluate("test")

    def _trace_update(self, state: State, index: Any, rates: Any, data: Any) -> tuple[State, Any]:
        self.feed.rates = rates
        trainable, non_trainable, optimizer, metrics = state
        metrics = [
            zero if number in self._loss_variables else value
            for number, (value, zero) in enumerate(zip(metrics, self._zeros, strict=True))
        ]
        batch = keras.tree.map_structure(lambda part: part[index], data)
        logs, state = self.model.train_step((trainable, non_trainable, optimizer, metrics), batch)
        if "loss" not in logs:
            raise TaskError(
                f'The model\'s train_step returns {sorted(logs)} without "loss". Add it: a '
                "comparison needs the training loss."
            )
        return state, logs["loss"]

    def _trace_updates(
        self, state: State, batches: Any, rates: Any, data: Any
    ) -> tuple[State, Any]:
        return jax.lax.scan(
            lambda state, index: self._trace_update(state, index, rates, data), state, batches
        )

    def _evaluate(self, name: str) -> Logs:
        if name not in self._data:
            return {}
        data = self._data[name]
        samples = len(keras.tree.flatten(data)[0])
        size = min(self.batch_size, samples)
        full, rest = divmod(samples, size)
        starts = np.arange(full, dtype=np.int32)[:, None] * size + np.arange(size, dtype=np.int32)
        state = (*self._state[:2], self._fresh_metrics())
        logs: Any = {}
        if self._scan:
            state, logs = self._test_steps(state, starts, data)
            logs = {name: value[-1] for name, value in logs.items()}
        else:
            for index in starts:
                state, logs = self._test_step(state, index, data)
        if rest:
            index = np.arange(full * size, samples, dtype=np.int32)
            _, logs = self._test_step(state, index, data)
        return {name: float(np.mean(value)) for name, value in logs.items()}

    def _trace_test_step(self, state: Any, index: Any, data: Any) -> tuple[Any, Any]:
        batch = keras.tree.map_structure(lambda part: part[index], data)
        logs, state = self.model.test_step(state, batch)
        return state, logs

    def _trace_test_steps(self, state: Any, batches: Any, data: Any) -> tuple[Any, Any]:
        return jax.lax.scan(
            lambda state, index: self._trace_test_step(state, index, data), state, batches
        )


def _on_device(data: Arrays) -> tuple[Any, ...]:
    return keras.tree.map_structure(jax.numpy.asarray, data.parts)


def _loss_variables(model: Any) -> set[int]:
    """Which of the metrics' variables hold a running mean of the loss."""
    owned = {
        id(variable)
        for metric in model.metrics
        if metric.name == "loss"
        for variable in metric.variables
    }
    return {
        number for number, variable in enumerate(model.metrics_variables) if id(variable) in owned
    }

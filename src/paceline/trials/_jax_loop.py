"""The compiled loop on JAX: `lax.scan` over an epoch, or one jitted step called from Python."""

from collections.abc import Callable
from typing import Any

import jax
import keras
import numpy as np
import numpy.typing as npt
from jax import numpy as jnp

from paceline.optimizers._schedule_free import schedule_free, to_average, to_training
from paceline.trials._compiled_loop import CompiledLoop, Logs, Losses
from paceline.trials._data import Arrays
from paceline.trials._jax_step import JaxStep, State, acted, calls_in
from paceline.trials._task import Task
from paceline.trials._variant import OptimizerOf

Step = Callable[[State, Any], tuple[State, Any]]


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
        self._metrics = [variable.value for variable in self.model.metrics_variables]
        self._step = JaxStep(self.model)
        self._moves = schedule_free(self.model.optimizer) is not None
        self._move = jax.jit(lambda state, act: acted(self.model, state, act), static_argnums=1)
        self._state: State = ()
        if scan:
            self._train = jax.jit(self._scan_epoch, donate_argnums=0)
            self._measure = jax.jit(self._scan_measure)
        else:
            self._update = jax.jit(self._trace_update, donate_argnums=0)
            self._measure_batch = jax.jit(self._trace_measure)
            self._train = self._step_epoch
            self._measure = self._step_measure

    def _measure_once(self) -> None:
        """Let Keras create the metrics' variables, which it does at the first batch."""
        self.model.test_on_batch(*self.train.take(slice(0, 1)))
        self.model.reset_metrics()

    def _begin(self, state: list[list[Any]]) -> None:
        values = dict(zip(map(id, self.model.variables), state[0], strict=True))
        self._state = (
            [jnp.array(values[id(v)]) for v in self.model.trainable_variables],
            [jnp.array(values[id(v)]) for v in self.model.non_trainable_variables],
            [jnp.array(value) for value in state[1]],
        )

    def _snapshot(self) -> Any:
        return jax.tree.map(jnp.array, self._state)

    def _restore(self, snapshot: Any) -> None:
        self._state = jax.tree.map(jnp.array, snapshot)

    def _epoch(
        self, order: npt.NDArray[np.int32], rates: npt.NDArray[np.float32]
    ) -> tuple[Losses, Logs]:
        if self._moves:
            self._state = self._move(self._state, to_training)
        self._state, losses = self._train(
            self._state, order, jnp.asarray(rates), self._data["train"]
        )
        if self._moves:
            self._state = self._move(self._state, to_average)
        logs = self._evaluate("validation") if "validation" in self._data else {}
        return np.asarray(losses).astype(np.float64), logs

    def _iterations(self) -> int:
        return int(calls_in(self.model, self._state))

    def _test(self) -> Logs:
        def finalize(optimizer: Any) -> None:
            optimizer.finalize_variable_values(self.model.trainable_variables)

        self._state = acted(self.model, self._state, finalize)
        return self._evaluate("test")

    def _evaluate(self, name: str) -> Logs:
        logs = self._measure(self._state[:2], self._data[name])
        return {name: float(np.mean(value)) for name, value in logs.items()}

    def _trace_update(self, state: State, index: Any, rates: Any, data: Any) -> tuple[State, Any]:
        """Make one update on the samples at `index`; return the batch's own loss."""
        self.feed.rates = rates
        return self._step(state, _take(data, index))

    def _trace_measure(self, state: State, index: Any, data: Any) -> tuple[State, Any]:
        logs, state = self.model.test_step(state, _take(data, index))
        return state, logs

    def _scan_epoch(self, state: State, order: Any, rates: Any, data: Any) -> tuple[State, Any]:
        def update(state: State, index: Any) -> tuple[State, Any]:
            return self._trace_update(state, index, rates, data)

        state, losses, last = _scan(update, (*state, self._step.metrics), order, self.batch_size)
        return state[:3], losses if last is None else jnp.append(losses, last)

    def _step_epoch(self, state: State, order: Any, rates: Any, data: Any) -> tuple[State, Any]:
        state = (*state, _copies(self._step.metrics))
        losses = []
        for index in _batches(order, self.batch_size):
            state, loss = self._update(state, index, rates, data)
            losses.append(loss)
        return state[:3], jnp.stack(losses)

    def _scan_measure(self, state: State, data: Any) -> Any:
        def measure(state: State, index: Any) -> tuple[State, Any]:
            return self._trace_measure(state, index, data)

        order = np.arange(_samples(data), dtype=np.int32)
        _, logs, last = _scan(measure, (*state, self._metrics), order, self.batch_size)
        return {name: value[-1] for name, value in logs.items()} if last is None else last

    def _step_measure(self, state: State, data: Any) -> Any:
        state, logs = (*state, self._metrics), {}
        for index in _batches(np.arange(_samples(data), dtype=np.int32), self.batch_size):
            state, logs = self._measure_batch(state, index, data)
        return logs


def _scan(step: Step, state: State, order: Any, size: int) -> tuple[State, Any, Any]:
    """Return the last state, what `step` gave for each full batch, and for a short last one."""
    full, rest = divmod(len(order), size := min(size, len(order)))
    state, given = jax.lax.scan(step, state, order[: full * size].reshape(full, size))
    if not rest:
        return state, given, None
    state, last = step(state, order[full * size :])
    return state, given, last


def _batches(order: Any, size: int) -> list[Any]:
    return [order[start : start + size] for start in range(0, len(order), size)]


def _take(data: Any, index: Any) -> Any:
    return keras.tree.map_structure(lambda part: part[index], data)


def _samples(data: Any) -> int:
    return len(keras.tree.flatten(data)[0])


def _on_device(data: Arrays) -> tuple[Any, ...]:
    return keras.tree.map_structure(jnp.asarray, data.parts)


def _copies(values: list[Any]) -> list[Any]:
    """Copies that a program may take over (donation) while the values stay."""
    return [jnp.array(value) for value in values]

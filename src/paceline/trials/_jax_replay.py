"""The replay on JAX: the state is a value, so that nothing of the model is ever changed."""

from collections.abc import Sequence
from typing import Any

import jax
import keras
import numpy as np
from jax import numpy as jnp

from paceline.callbacks._batch_loss import loss_in
from paceline.optimizers._schedule_free import to_average, to_training
from paceline.trials._given_rate import GivenRate
from paceline.trials._jax_step import JaxStep, State, acted, calls_in, values_of
from paceline.trials._lean_step import lean_step
from paceline.trials._loop_kind import model_loop
from paceline.trials._replay import Batch, Numbers, Replay, alike


class JaxReplay(Replay):
    """A `lax.while_loop` over the updates, or for convolutions one jitted step."""

    def __init__(
        self, model: Any, given: GivenRate, batches: Sequence[Batch], probe: Batch
    ) -> None:
        """Put the batches on the device; the programs are compiled when they are first called."""
        super().__init__(model, given, batches, probe)
        self._probe = _on_device(probe)
        model.test_on_batch(*probe)  # at its first batch Keras makes the metrics
        self._own_step = JaxStep(model)
        groups = (
            model.trainable_variables,
            model.non_trainable_variables,
            model.optimizer.variables,
        )
        self._start = (*map(values_of, groups), self._own_step.metrics)
        self._update = jax.jit(self._trace_update)
        self._measure = jax.jit(self._trace_measure)
        self._move = jax.jit(lambda state: acted(model, state, to_training))
        self._loops = model_loop(model) == "scan" and alike(batches)
        if self._loops:
            self._data = keras.tree.map_structure(lambda *parts: jnp.stack(parts), *batches)
            self._advance = jax.jit(self._trace_advance)
        else:
            self._data = [_on_device(batch) for batch in batches]
            self._advance = self._step_on

    def replay(self, rate: float, updates: int) -> float:
        state = self._move(self._start)
        state, _, _ = self._advance(state, np.float32(rate), updates, 0)
        return float(self._measure(state))

    def sweep(self, rates: Numbers) -> tuple[Numbers, Numbers]:
        state, batch = self._start, 0
        training, probe = np.full(len(rates), np.nan), np.full(len(rates), np.nan)
        for number, rate in enumerate(rates):
            state, batch, loss = self._advance(self._move(state), np.float32(rate), 1, batch)
            training[number], probe[number] = float(loss), float(self._measure(state))
        return probe, training

    def _trace_update(self, state: State, rate: Any, batch: Any) -> tuple[State, Any]:
        self.given.rate = rate
        return self._own_step(state, batch)

    def _trace_advance(self, state: State, rate: Any, updates: Any, first: Any) -> Any:
        """Make the updates, in twice as many attempts at most."""
        needed = updates * self.micro
        until = calls_in(self.model, state) + needed

        def goes_on(carried: Any) -> Any:
            state, number, _ = carried
            return (calls_in(self.model, state) < until) & (number - first < 2 * needed)

        def update(carried: Any) -> Any:
            state, number, _ = carried
            place = number % len(self.batches)
            batch = keras.tree.map_structure(lambda part: part[place], self._data)
            state, loss = self._trace_update(state, rate, batch)
            return state, number + 1, loss

        lost = jnp.asarray(jnp.nan, dtype="float32")
        return jax.lax.while_loop(goes_on, update, (state, jnp.asarray(first), lost))

    def _step_on(self, state: State, rate: Any, updates: int, first: int) -> Any:
        needed, number, loss = updates * self.micro, first, np.float32(np.nan)
        until = int(calls_in(self.model, state)) + needed
        for _ in range(2):
            for _ in range(until - int(calls_in(self.model, state))):
                state, loss = self._update(state, rate, self._data[number % len(self._data)])
                number += 1
        return state, number, loss

    def _trace_measure(self, state: State) -> Any:
        state = acted(self.model, state, to_average)
        if self.probes_in_training:
            return self._trace_update(state, 0.0, self._probe)[1]
        with lean_step(self.model):
            trainable, non_trainable, _, metrics = state
            logs, _ = self.model.test_step((trainable, non_trainable, metrics), self._probe)
        return loss_in(logs)


def _on_device(batch: Batch) -> Any:
    return keras.tree.map_structure(jnp.asarray, batch)

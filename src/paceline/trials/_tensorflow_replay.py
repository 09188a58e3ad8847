"""The replay on TensorFlow: one traced program for every rate and every number of updates."""

import functools
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from paceline.callbacks._batch_loss import loss_in
from paceline.optimizers._schedule_free import to_average, to_training
from paceline.trials._given_rate import GivenRate
from paceline.trials._lean_step import lean_step, own_loss
from paceline.trials._loop_kind import model_loop
from paceline.trials._randomness import traced_without_chance
from paceline.trials._replay import Batch, Numbers, Replay


class TensorFlowReplay(Replay):
    """Assigns the start, trains in a `tf.while_loop`, and measures: one call of a graph."""

    def __init__(
        self, model: Any, given: GivenRate, batches: Sequence[Batch], probe: Batch
    ) -> None:
        """Put the batches on the device; the programs are traced when they are first called."""
        super().__init__(model, given, batches, probe)
        self._stacked = keras.tree.map_structure(lambda *parts: tf.stack(parts), *batches)
        self._probe = keras.tree.map_structure(tf.convert_to_tensor, probe)
        self._variables = [
            *model.trainable_variables,
            *model.non_trainable_variables,
            *model.optimizer.variables,
            *model.metrics_variables,
        ]
        self._start = [tf.identity(variable.value) for variable in self._variables]
        compiled = {"autograph": False, "jit_compile": model_loop(model) == "xla"}
        number, count = tf.TensorSpec([], tf.float32), tf.TensorSpec([], tf.int32)
        self._replay = tf.function(self._trace_replay, input_signature=[number, count], **compiled)
        self._step = tf.function(self._trace_step, input_signature=[number, count], **compiled)
        # a partial, so that many models' are not taken for one that is traced again and again
        self._put_back = tf.function(functools.partial(self._trace_put_back), autograph=False)
        self._checked = False

    def replay(self, rate: float, updates: int) -> float:
        if not self._checked:
            traced_without_chance(self._replay.get_concrete_function)
            self._checked = True
        return float(self._replay(rate, updates))

    def sweep(self, rates: Numbers) -> tuple[Numbers, Numbers]:
        self._put_back()
        training, probe = np.full(len(rates), np.nan), np.full(len(rates), np.nan)
        batch = 0
        for number, rate in enumerate(rates):
            loss, measured, batch = self._step(np.float32(rate), batch)
            training[number], probe[number] = float(loss), float(measured)
        return probe, training

    def _trace_put_back(self) -> None:
        for variable, value in zip(self._variables, self._start, strict=True):
            variable.assign(value)

    def _trace_replay(self, rate: Any, updates: Any) -> Any:
        self._trace_put_back()
        to_training(self.model.optimizer)
        self._advance(rate, updates, tf.constant(0))
        return self._measure()

    def _trace_step(self, rate: Any, batch: Any) -> tuple[Any, Any, Any]:
        to_training(self.model.optimizer)
        batch, loss = self._advance(rate, tf.constant(1), batch)
        return loss, self._measure(), batch

    def _advance(self, rate: Any, updates: Any, first: Any) -> tuple[Any, Any]:
        """Make the updates, in twice as many attempts at most; return the next batch, the loss."""
        self.given.rate = rate
        needed = updates * self.micro
        until = tf.cast(self.optimizer._iterations.value, tf.int32) + needed

        def goes_on(number: Any, loss: Any) -> Any:
            made = tf.cast(self.optimizer._iterations.value, tf.int32)
            return tf.logical_and(made < until, number - first < 2 * needed)

        def update(number: Any, loss: Any) -> tuple[Any, Any]:
            place = number % len(self.batches)
            batch = keras.tree.map_structure(lambda part: part[place], self._stacked)
            return number + 1, own_loss(self.model, batch)

        return tf.while_loop(
            goes_on, update, (first, tf.constant(np.nan, tf.float32)), parallel_iterations=1
        )

    def _measure(self) -> Any:
        """Return the probe loss at the state that is there, which stays."""
        kept = [tf.identity(variable.value) for variable in self._variables]
        to_average(self.model.optimizer)
        if self.probes_in_training:
            loss = own_loss(self.model, self._probe)
        else:
            with lean_step(self.model):
                self.model.reset_metrics()
                loss = loss_in(self.model.test_step(self._probe))
        with tf.control_dependencies([loss]):
            for variable, value in zip(self._variables, kept, strict=True):
                variable.assign(value)
        return loss

"""The compiled loop on TensorFlow: an epoch is one call of a graph that loops over its batches."""

import functools
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from paceline.optimizers._schedule_free import to_average, to_training
from paceline.trials._compiled_loop import CompiledLoop, Logs, Losses
from paceline.trials._data import Arrays
from paceline.trials._lean_step import own_loss
from paceline.trials._randomness import traced_without_chance
from paceline.trials._task import Task
from paceline.trials._variant import OptimizerOf


class TensorFlowLoop(CompiledLoop):
    """Keras' own train_step in a `tf.while_loop`; `xla` compiles it, which changes the numbers."""

    def __init__(self, task: Task, optimizer: OptimizerOf, *, xla: bool) -> None:
        """Put the data on the device; the program is traced at the first epoch."""
        super().__init__(task, optimizer)
        self._data = {
            name: _on_device(getattr(task, name))
            for name in ("train", "validation", "test")
            if getattr(task, name) is not None
        }
        self._xla = xla
        self._log_names = self._measured_names()
        compiled = {"autograph": False, "jit_compile": xla}
        self._checked = False
        # XLA needs to know how many samples there are: a shorter last epoch has a trace of its own
        open_sizes = [tf.TensorSpec([None], tf.int32), tf.TensorSpec([None], tf.float32)]
        self._run_epoch = tf.function(
            self._trace_epoch, input_signature=None if xla else open_sizes, **compiled
        )
        # a partial has no code of its own: TensorFlow, which counts traces by code, takes the
        # programs of many loops for one that is traced again and again, and warns
        self._assign = tf.function(functools.partial(self._trace_assign), autograph=False)
        self._run_test = tf.function(functools.partial(self._evaluate, "test"), **compiled)

    def _begin(self, state: list[list[Any]]) -> None:
        self._assign(state)

    def _snapshot(self) -> Any:
        return [[tf.identity(variable.value) for variable in group] for group in self._variables()]

    def _restore(self, snapshot: Any) -> None:
        self._assign(snapshot)

    def _variables(self) -> tuple[list[Any], list[Any]]:
        return self.model.variables, self.model.optimizer.variables

    def _trace_assign(self, state: list[list[Any]]) -> None:
        for group, values in zip(self._variables(), state, strict=True):
            for variable, value in zip(group, values, strict=True):
                variable.assign(value)

    def _epoch(
        self, order: npt.NDArray[np.int32], rates: npt.NDArray[np.float32]
    ) -> tuple[Losses, Logs]:
        given = tf.constant(order), tf.constant(rates)
        if not self._checked:
            traced_without_chance(lambda: self._run_epoch.get_concrete_function(*given))
            self._checked = True
        losses, logs = self._run_epoch(*given)
        return losses.numpy().astype(np.float64), _floats(logs)

    def _iterations(self) -> int:
        return int(self.model.optimizer._iterations)

    def _test(self) -> Logs:
        self.model.optimizer.finalize_variable_values(self.model.trainable_variables)
        return _floats(self._run_test())

    def _trace_epoch(self, order: Any, rates: Any) -> tuple[Any, Any]:
        self.feed.rates = rates
        self.model.reset_metrics()
        to_training(self.model.optimizer)
        samples = order.shape[0] if self._xla else tf.shape(order)[0]
        losses = tf.TensorArray(tf.float32, size=-(-samples // self.batch_size))

        def update(batch: Any, number: Any, losses: Any) -> Any:
            return losses.write(number, self._update(batch(order)))

        losses = self._for_each_batch(samples, update, losses)
        stacked = losses.stack()
        with tf.control_dependencies([stacked]):
            to_average(self.model.optimizer)
            logs = self._evaluate("validation") if "validation" in self._data else {}
        return stacked, logs

    def _for_each_batch(self, samples: Any, act: Any, carried: Any) -> Any:
        """Carry a value through `act(batch, number, carried)`, in a graph loop over the batches.

        `batch(tensor)` slices a batch. Without XLA its size is unknown while tracing, as in `fit`:
        a size that is known lets TensorFlow turn divisions into products, which round otherwise.
        XLA needs sizes that are known: there the short last batch has a trace of its own.
        """
        size = min(self.batch_size, samples) if self._xla else self.batch_size
        full = samples // size
        looped = full if self._xla else -(-samples // size)

        def batch_at(number: Any) -> Any:
            start = number * size
            if not self._xla:
                return lambda tensor: tensor[start : tf.minimum(start + size, samples)]
            return lambda tensor: tf.slice(
                tensor, [start] + [0] * (tensor.ndim - 1), [size, *tensor.shape[1:]]
            )

        _, carried = tf.while_loop(
            lambda number, _: number < looped,
            lambda number, carried: (number + 1, act(batch_at(number), number, carried)),
            (tf.constant(0), carried),
            parallel_iterations=1,
        )
        if self._xla and full * size < samples:
            carried = act(lambda tensor: tensor[full * size :], full, carried)
        return carried

    def _update(self, index: Any) -> Any:
        """Make one update on the samples at `index`; return the batch's own loss."""
        batch = keras.tree.map_structure(lambda data: tf.gather(data, index), self._data["train"])
        return own_loss(self.model, batch)

    def _evaluate(self, name: str) -> Any:
        """Return the logs of Keras' test_step over the whole of a data set."""
        data = self._data[name]
        self.model.reset_metrics()

        def measure(batch: Any, number: Any, logs: Any) -> Any:
            return _scalars(self.model.test_step(keras.tree.map_structure(batch, data)))

        samples = keras.tree.flatten(data)[0].shape[0]
        return self._for_each_batch(
            samples, measure, dict.fromkeys(self._log_names, tf.constant(0.0))
        )

    def _measured_names(self) -> list[str]:
        """Measure one sample, so that Keras creates the metrics; return the names of the logs."""
        logs = self.model.test_step(
            keras.tree.map_structure(lambda part: part[:1], self._data["train"])
        )
        self.model.reset_metrics()
        return sorted(logs)


def _on_device(data: Arrays) -> tuple[Any, ...]:
    return keras.tree.map_structure(tf.convert_to_tensor, data.parts)


def _scalars(logs: Any) -> dict[str, Any]:
    return {name: tf.reduce_mean(tf.cast(logs[name], tf.float32)) for name in sorted(logs)}


def _floats(logs: Any) -> Logs:
    return {name: float(value) for name, value in logs.items()}

"""The rate of every update, read without a cost inside the compiled step."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from paceline.callbacks import _current_rate
from paceline.callbacks._current_rate import Rates, Steps
from paceline.callbacks._tensorboard import writer
from paceline.optimizers import Steered
from paceline.optimizers._adjustable import factor_of
from paceline.optimizers._inside import inside_scaling

if TYPE_CHECKING:
    import altair


class RateRecorder(keras.callbacks.Callback):
    """Records the rate of every update of a training.

    rates[i] is the rate that update steps[i] was made with: rate(t) for update t, and with
    `gradient_accumulation_steps=n` the rate at its last micro-batch, rate(n*t + n - 1). Under a
    schedule nothing is read while batches run: the rates follow from the optimizer's counter at the
    end of each epoch, so that `steps_per_execution` and batches that loss scaling skips are counted
    right. A rate that is a number is read before each batch. What `SpikeGuard` undid is left out.

    `history["learning_rate"]` has for each epoch the rate of its last update. With layers that
    have rates of their own (`with_rates`), the recorded rate is the optimizer's.

    Args:
        log_dir: a folder for TensorBoard; None writes none.

    Raises:
        ImportError: `log_dir` where TensorBoard is not installed.

    Example:
        >>> import keras, numpy as np
        >>> from paceline.schedules import Linear
        >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
        >>> model.compile(keras.optimizers.SGD(Linear(start=0.1, end=0.0, steps=4)), "mse")
        >>> recorder = RateRecorder()
        >>> x, y = np.ones((8, 2)), np.ones((8, 1))
        >>> history = model.fit(x, y, 4, epochs=2, verbose=0, callbacks=[recorder])
        >>> [round(float(rate), 3) for rate in recorder.rates]
        [0.1, 0.075, 0.05, 0.025]
        >>> [round(rate, 3) for rate in history.history["learning_rate"]]
        [0.075, 0.025]
    """

    def __init__(self, log_dir: str | Path | None = None) -> None:
        """Begin with no rates."""
        super().__init__()
        self._writer = None if log_dir is None else writer(log_dir)
        self._steps: list[Steps] = []
        self._rates: list[Rates] = []
        self._first = 0
        self._begin = 0
        self._factor = 1.0
        self._is_scheduled = True
        self._read: list[float] = []

    @property
    def steps(self) -> Steps:
        """The 0-based updates that were recorded [updates]."""
        return np.concatenate([np.empty(0, np.int64), *self._steps])

    @property
    def rates(self) -> Rates:
        """The rate of each of them [updates]."""
        return np.concatenate([np.empty(0), *self._rates])

    def chart(self) -> altair.LayerChart:
        """Return a chart of the rate against the step.

        Raises:
            ValueError: nothing was recorded yet.
        """
        if not len(self.rates):
            raise ValueError(
                "chart needs recorded updates; got none. Give the recorder to fit: "
                "model.fit(..., callbacks=[recorder])."
            )
        from paceline.charts import rate_chart

        return rate_chart({"learning rate": self.rates}, steps=self.steps)

    def on_train_begin(self, logs: Any = None) -> None:
        """Be told where the factor, or the step, changes within an epoch."""
        optimizer = inside_scaling(self.model.optimizer)
        if isinstance(optimizer, Steered):
            optimizer.watchers.append(self)

    def on_train_end(self, logs: Any = None) -> None:
        """Need no more to be told."""
        optimizer = inside_scaling(self.model.optimizer)
        if isinstance(optimizer, Steered) and self in optimizer.watchers:
            optimizer.watchers.remove(self)

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Note at which step the epoch begins."""
        self.after_change()

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Read a rate that is a number, which whatever else runs may have changed."""
        self._begin = batch
        if not self._is_scheduled:
            self._read.append(_current_rate.now(self.model.optimizer))

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Count the batches that ran in one execution."""
        if self._read:
            self._read.extend([self._read[-1]] * (batch - self._begin))

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Write the rate of the epoch's last update into the history."""
        self.before_change()
        if logs is not None and len(self.rates):
            logs["learning_rate"] = float(self.rates[-1])
        if self._writer is not None:
            self._writer.flush()

    def after_change(self) -> None:
        """Note at which step, and with which factor, it goes on."""
        optimizer = self.model.optimizer
        self._first, self._read = _current_rate.calls(optimizer), []
        self._is_scheduled = _current_rate.is_scheduled(optimizer)
        self._factor = factor_of(optimizer)
        first = self._first // _current_rate.accumulated(optimizer)
        if len(steps := self.steps) and steps[-1] >= first:  # undone
            kept = steps < first
            self._steps, self._rates = [steps[kept]], [self.rates[kept]]

    def before_change(self) -> None:
        """Record the rates of the updates since the last change."""
        optimizer = self.model.optimizer
        calls = np.arange(self._first, _current_rate.calls(optimizer))
        if self._is_scheduled:
            rates = _current_rate.at(optimizer, calls) * self._factor
        else:
            rates = np.array(self._read[: len(calls)])
        each = _current_rate.accumulated(optimizer)
        is_update = (calls + 1) % each == 0
        steps, rates = calls[is_update] // each, rates[is_update]
        self._steps.append(steps)
        self._rates.append(rates)
        if self._writer is not None:
            for step, rate in zip(steps.tolist(), rates.tolist(), strict=True):
                self._writer.add_scalar("learning_rate", rate, step)

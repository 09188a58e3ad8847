"""Go back to the last good state when the loss spikes or diverges, with a smaller rate."""

from __future__ import annotations

import dataclasses
import warnings
from typing import Any

import keras
import numpy as np

from paceline.callbacks._batch_loss import BATCH_LOSS, log_batch_loss, log_no_batch_loss
from paceline.callbacks._factor import adjustable_of, make_adjustable
from paceline.callbacks._snapshot import Snapshot
from paceline.callbacks._spikes import Spikes
from paceline.optimizers._building import build_optimizer
from paceline.optimizers._value import value_of
from paceline.schedules import _checks


@dataclasses.dataclass(frozen=True, kw_only=True)
class Restore:
    """A spike, and what was done about it."""

    epoch: int
    step: int
    """How many updates were made when the spike was seen."""
    reason: str
    restored: int
    """How many updates the restored state has seen."""
    factor: float
    """What the rate is multiplied by from then on."""

    def __str__(self) -> str:
        """Return it in a sentence."""
        return (
            f"Epoch {self.epoch + 1}, update {self.step}: {self.reason}. SpikeGuard went back to "
            f"update {self.restored}; the rate's factor is {self.factor:.4g} from there."
        )


class SpikeGuard(keras.callbacks.Callback):
    """Restores the last good state when the loss spikes, cuts the rate, and goes on.

    A spike is a batch loss that is not finite; batch losses that stay above
    max(largest, median + threshold * spread) of the `window` losses before them, `patience` in a
    row or so many more above than not; and, in a training from its first update, `window` losses in
    a row above the very first. The spread is 1.4826 times the median absolute deviation, at least
    1 % of the median, and at least the median while fewer than 10 losses are known.

    Then the weights, the optimizer with its step, and the state of random numbers become those of
    the last good state; rate(t) = f * schedule(t) goes on with f = factor * f. A state is kept
    every `every` updates, in the host's memory, and is good once `every` more updates went by
    without a spike; so is the state at the start. The batches go on: those that led to the spike do
    not come again.

    After `most` restores it gives up: it restores once more and stops the training, which is
    finite. `verdict` says how it went, `restores` has each spike. The epoch's running metrics begin
    again after a restore. `f` is saved with the optimizer.

    Args:
        threshold: how many spreads above the median a loss may be, above 0.
        window: how many batch losses the median is taken of, 10 or more.
        patience: how many losses must stay above, 1 or more.
        every: how many updates between the states that are kept, 1 or more.
        factor: what the rate is multiplied by at a restore, above 0 and at most 1.
        most: how many restores, 0 or more.
        verbose: 1 prints every restore.

    Raises:
        TypeError: an argument of another type.
        ValueError: a number out of its range; in `fit`, a `train_step` that returns no loss.

    Example:
        >>> import keras, numpy as np
        >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
        >>> model.compile(keras.optimizers.SGD(100.0), "mse")
        >>> guard = SpikeGuard(verbose=0)
        >>> x, y = np.ones((64, 2)), np.ones((64, 1))
        >>> history = model.fit(x, y, 4, epochs=10, verbose=0, callbacks=[guard])
        >>> bool(np.isfinite(model.evaluate(x, y, verbose=0)))
        True
        >>> [round(each.factor, 4) for each in guard.restores]
        [0.1, 0.01, 0.001]

    Source: median and MAD as in Leys et al., "Detecting outliers", 2013; going back and past the
    batches of a spike as in Chowdhery et al., "PaLM", 2022, section 5.1.
    """

    def __init__(
        self,
        *,
        threshold: float = 10.0,
        window: int = 50,
        patience: int = 3,
        every: int = 100,
        factor: float = 0.1,
        most: int = 10,
        verbose: int = 1,
    ) -> None:
        """Check the arguments."""
        super().__init__()
        owner = "SpikeGuard"
        fix = "It counts spreads above the median, such as 10."
        self.threshold = _checks.above_zero(threshold, owner=owner, name="threshold", fix=fix)
        fix = "It counts the losses before."
        self.window = _checks.count(window, owner=owner, name="window", least=10, fix=fix)
        fix = "It counts losses that stay above."
        self.patience = _checks.count(patience, owner=owner, name="patience", fix=fix)
        fix = "It counts updates."
        self.every = _checks.count(every, owner=owner, name="every", fix=fix)
        fix = "It multiplies the rate, such as 0.1."
        self.factor = _checks.share(factor, owner=owner, name="factor", fix=fix)
        fix = "It counts restores."
        self.most = _checks.count(most, owner=owner, name="most", least=0, fix=fix)
        self.verbose = verbose
        self.restores: list[Restore] = []
        self.gave_up = False

    @property
    def verdict(self) -> str:
        """How the training went, in a sentence."""
        if not self.restores:
            return "The loss never spiked."
        last = self.restores[-1]
        lost = sum(each.step - each.restored for each in self.restores)
        times = f"{len(self.restores)} time{'s' if len(self.restores) > 1 else ''}"
        if self.gave_up:
            return (
                f"Gave up: the loss spiked {times}, the last time at update {last.step} with the "
                f"rate's factor at {last.factor:.4g}. The model is as after update "
                f"{last.restored}. Look for a cause other than the rate: the data, or the model."
            )
        return (
            f"The loss spiked {times}; {lost} updates were undone, and the rate's factor is "
            f"{last.factor:.4g}."
        )

    def set_model(self, model: Any) -> None:
        """Make the model's optimizer adjustable, and its `fit` log each batch's own loss."""
        super().set_model(model)
        make_adjustable(model)
        self._logs_it = log_batch_loss(model)

    def on_train_begin(self, logs: Any = None) -> None:
        """Keep the state at the start."""
        self.restores, self.gave_up = [], False
        build_optimizer(self.model)  # on TensorFlow the first update would
        self._spikes = Spikes(
            window=self.window,
            threshold=self.threshold,
            patience=self.patience,
            is_new=int(value_of(self.model.optimizer.iterations)) == 0,
        )
        self._epoch, self._last, self._counted = 0, -1, 0
        self._keep()
        self._good = self._kept

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Note the epoch."""
        self._epoch, self._last, self._counted = epoch, -1, 0

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Judge the loss of this batch, and keep or restore a state."""
        logs = {} if logs is None else logs
        loss = float(logs.pop(BATCH_LOSS, logs.get("loss", np.nan)))
        new, self._last = batch - self._last, batch  # more than one with steps_per_execution
        if self.gave_up:
            return
        if reason := self._spikes.add(loss):
            self._restore(reason)
            return
        self._counted += new
        self._since += new
        if self._since >= self.every and self._spikes.is_calm:
            self._good = self._kept
            self._keep()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Write the factor into the history."""
        if logs is None:
            return
        logs.pop(BATCH_LOSS, None)
        if not self._counted:  # the metrics have seen nothing since the restore
            logs.update({name: np.nan for name in logs if not name.startswith("val_")})
        logs["rate_factor"] = adjustable_of(self.model).factor

    def on_train_end(self, logs: Any = None) -> None:
        """Let `fit` log what it did before."""
        if self._logs_it:
            log_no_batch_loss(self.model)

    def _keep(self) -> None:
        self._kept = (Snapshot(self.model), self._spikes.copy())
        self._since = 0

    def _restore(self, reason: str) -> None:
        model = self.model
        optimizer = adjustable_of(model)
        before, step = optimizer.factor, int(value_of(model.optimizer.iterations))
        self._kept = self._good
        snapshot, spikes = self._good
        with optimizer.watchers.changing():
            snapshot.restore(model)
        self._spikes = spikes.copy()
        self._since, self._counted = 0, 0
        model.reset_metrics()
        self.gave_up = len(self.restores) == self.most
        optimizer.factor = before if self.gave_up else self.factor * before
        self.restores.append(
            Restore(
                epoch=self._epoch,
                step=step,
                reason=reason,
                restored=snapshot.step,
                factor=optimizer.factor,
            )
        )
        if self.verbose and not self.gave_up:
            print(f"\n{self.restores[-1]}")
        if self.gave_up:
            model.stop_training = True
            warnings.warn(self.verdict, stacklevel=2)

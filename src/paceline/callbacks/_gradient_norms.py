"""The norm of the gradient at every update, kept inside the compiled step."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from paceline.callbacks import _wrapping
from paceline.callbacks._current_rate import Steps
from paceline.optimizers import Steered
from paceline.optimizers._inside import inside_scaling
from paceline.optimizers._value import value_of
from paceline.optimizers._with_norms import order_for
from paceline.schedules import _checks

_ORDERS = {"sgd": 2, "adam": 1}
_LEAST = 1024


class GradientNorms(keras.callbacks.Callback):
    """Records the norm of the gradient at every update of a training, for `paceline.refine`.

    norms[i] is that of update steps[i]: for SGD the 2-norm, the root of the sum of squares, and for
    Adam and its kin the 1-norm, the sum of absolute values. It is the norm of the whole gradient as
    the loss gives it: before clipping, without the loss scale, the mean of accumulated gradients,
    the sum over replicas; updates that loss scaling skips have none.

    The optimizer of the model is wrapped, as `optimizers.with_norms` does it; its checkpoints stay
    what they are. The norms stay on the device, and are read once in 1024 batches and at the end of
    an epoch.

    Args:
        optimizer: "sgd", "adam", or None for what the model's optimizer is.

    Raises:
        TypeError: an optimizer that is no text.
        ValueError: an optimizer that is neither; in `fit`, more than one update for a batch.

    Example:
        >>> import keras, numpy as np, paceline
        >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
        >>> model.compile(keras.optimizers.SGD(0.1), "mse")
        >>> recorder = GradientNorms()
        >>> x, y = np.ones((8, 2)), np.ones((8, 1))
        >>> history = model.fit(x, y, 4, epochs=2, verbose=0, callbacks=[recorder])
        >>> recorder.norms.shape, recorder.optimizer
        ((4,), 'sgd')
        >>> schedule = paceline.refine(recorder.norms, peak=0.1, optimizer=recorder.optimizer)

    Source: Defazio, Cutkosky, Mehta and Mishchenko, "When, Why and How Much? Adaptive Learning Rate
    Scheduling by Refinement", 2023.
    """

    def __init__(self, *, optimizer: str | None = None) -> None:
        """Begin with no norms."""
        super().__init__()
        if optimizer is not None:
            known = list(_ORDERS)
            _checks.choice(optimizer, owner="GradientNorms", name="optimizer", known=known)
        self.optimizer = optimizer
        self._steps: list[Steps] = []
        self._norms: list[npt.NDArray[np.float64]] = []
        self._next = 0
        self._read_at = 0
        self._batch = 0

    @property
    def steps(self) -> Steps:
        """The 0-based updates that were recorded [updates]."""
        return np.concatenate([np.empty(0, np.int64), *self._steps])

    @property
    def norms(self) -> npt.NDArray[np.float64]:
        """The norm of the gradient at each of them [updates]."""
        return np.concatenate([np.empty(0), *self._norms])

    def set_model(self, model: Any) -> None:
        """Make the model's optimizer keep norms, where it does not."""
        super().set_model(model)
        inside = inside_scaling(model.optimizer)
        if self.optimizer is None:
            self.optimizer = "sgd" if order_for(inside) == 2 else "adam"
        order, keeps = _ORDERS[self.optimizer], max(_LEAST, model.steps_per_execution)
        if not isinstance(inside, Steered):
            inside = Steered(inside, norms=(order, keeps))
        elif inside.norms is None or inside.norms.order != order or inside.norms.keeps < keeps:
            inside.keep_norms(order, keeps)
        else:
            return
        _wrapping.put_inside(model, inside)

    def on_train_begin(self, logs: Any = None) -> None:
        """Be told where the step changes within an epoch."""
        inside_scaling(self.model.optimizer).watchers.append(self)

    def on_train_end(self, logs: Any = None) -> None:
        """Need no more to be told."""
        inside_scaling(self.model.optimizer).watchers.remove(self)

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Note at which update the epoch begins."""
        self._batch = 0
        self.after_change()

    def before_change(self) -> None:
        """Read the norms of the updates since the last change."""
        self._read()

    def after_change(self) -> None:
        """Note at which update it goes on, and leave out those that were undone."""
        updates = inside_scaling(self.model.optimizer).iterations
        self._next, self._read_at = int(value_of(updates)), self._batch
        kept = self.steps < self._next
        self._steps, self._norms = [self.steps[kept]], [self.norms[kept]]

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Read before the batches of this execution would overwrite what was not read yet."""
        self._batch = batch
        last = batch + self.model.steps_per_execution
        if last - self._read_at > inside_scaling(self.model.optimizer).norms.keeps:
            if keras.backend.backend() == "jax":
                self.model.jax_state_sync()
            self._read()
            self._read_at = batch

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Read the rest of the epoch."""
        self._read()

    def _read(self) -> None:
        norms = inside_scaling(self.model.optimizer).norms_since(self._next)
        self._steps.append(np.arange(self._next, self._next + len(norms)))
        self._norms.append(norms)
        self._next += len(norms)

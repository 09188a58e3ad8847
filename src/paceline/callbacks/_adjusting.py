"""What changes the rate by how a metric goes: what plateau and greedy have in common."""

from __future__ import annotations

import dataclasses
import warnings
from typing import Any

import keras
import numpy as np

from paceline.callbacks._factor import adjustable_of, make_adjustable
from paceline.optimizers._value import value_of
from paceline.schedules import _arguments, _checks

_MODES = ("auto", "min", "max")
_LARGER_IS_BETTER = ("acc", "auc", "precision", "recall", "f1", "fbeta", "iou", "score", "r2")


@dataclasses.dataclass
class Memory:
    """What is remembered from epoch to epoch, saved with the optimizer."""

    best: float = 0.0
    is_known: float = 0.0
    wait: float = 0.0
    cooldown: float = 0.0


class Adjusting(keras.callbacks.Callback):
    """Multiplies the rate by a factor that follows a metric, and remembers it in the optimizer."""

    def __init__(
        self,
        *,
        monitor: str,
        mode: str,
        patience: int,
        threshold: float,
        relative: bool,
        cooldown: int,
        floor: float,
        verbose: int,
    ) -> None:
        super().__init__()
        name = type(self).__name__
        if not isinstance(monitor, str) or not monitor:
            raise TypeError(
                f"{name} needs monitor, the name of a metric; got monitor={monitor!r}. Write "
                '"val_loss".'
            )
        self.monitor = monitor
        self.mode = _checks.choice(mode, owner=name, name="mode", known=_MODES)
        fix = "It counts epochs without improvement."
        self.patience = _checks.count(patience, owner=name, name="patience", least=0, fix=fix)
        self.threshold = _checks.rate(threshold, owner=name, name="threshold")
        self.relative = relative
        _checks.flag(self, "relative")
        fix = "It counts epochs after a change."
        self.cooldown = _checks.count(cooldown, owner=name, name="cooldown", least=0, fix=fix)
        self.floor = _checks.rate(floor, owner=name, name="floor")
        self.verbose = verbose
        self.changes: list[tuple[int, float]] = []
        """The epochs, from 0, after which the factor changed, each with the new factor."""

    def set_model(self, model: Any) -> None:
        """Make the model's optimizer adjustable, where it is not."""
        super().set_model(model)
        inside = make_adjustable(model)
        inside.__dict__["_adjusted_by"] = None

    def on_train_begin(self, logs: Any = None) -> None:
        """Take the factor over, which only one can change."""
        other = adjustable_of(self.model).__dict__["_adjusted_by"]
        if other is not None:
            raise ValueError(
                f"{type(self).__name__} needs the rate's factor for itself; got "
                f"{type(other).__name__} beside it. Give fit one of them."
            )
        adjustable_of(self.model).__dict__["_adjusted_by"] = self

    def _is_better(self, value: float, best: float) -> bool:
        margin = self.threshold * abs(best) if self.relative else self.threshold
        larger = self.mode == "max" or (
            self.mode == "auto" and any(each in self.monitor for each in _LARGER_IS_BETTER)
        )
        return value > best + margin if larger else value < best - margin

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Decide by the metric of this epoch, and write the factor into the history."""
        logs = {} if logs is None else logs
        optimizer = adjustable_of(self.model)
        value = logs.get(self.monitor)
        if value is None:
            self._miss(logs)
        else:
            self._decide(epoch, float(value))
        logs["rate_factor"] = optimizer.factor

    def _miss(self, logs: Any) -> None:
        known = ", ".join(map(repr, logs)) or "none"
        hint = _arguments.suggestion(self.monitor, list(logs))
        message = (
            f"{type(self).__name__} needs a metric that is logged; got monitor={self.monitor!r}."
            f"{hint} Known are: {known}."
        )
        if not self.monitor.startswith("val_"):
            raise ValueError(message)
        warnings.warn(message + " Give validation_data.", stacklevel=3)

    def _decide(self, epoch: int, value: float) -> None:
        optimizer = adjustable_of(self.model)
        variable = optimizer.adjustment.memory
        memory = Memory(*value_of(variable).tolist())
        if memory.cooldown > 0:
            memory.cooldown, memory.wait = memory.cooldown - 1, 0
        is_first = not memory.is_known
        is_better = np.isfinite(value) and (is_first or self._is_better(value, memory.best))
        before = optimizer.factor
        if is_better:
            memory.best, memory.is_known = value, 1
        after = self._changed(before, memory, is_better)
        if after != before:
            memory.cooldown, memory.wait = self.cooldown, 0
            optimizer.factor = after
            self.changes.append((epoch, after))
            if self.verbose:
                print(
                    f"\nEpoch {epoch + 1}: {self.monitor} {value:.4g}, best {memory.best:.4g}: "
                    f"{type(self).__name__} sets the rate's factor to {after:.4g}."
                )
        variable.assign(np.array(dataclasses.astuple(memory), dtype="float32"))

    def _changed(self, factor: float, memory: Memory, is_better: bool) -> float:
        """Return the next factor, and count in `memory`."""
        raise NotImplementedError

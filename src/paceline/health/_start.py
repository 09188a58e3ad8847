"""Where an optimizer stands, and where the training that comes begins."""

import dataclasses
from typing import Any

import keras

from paceline.health._optimizers import iterations, own_rate
from paceline.optimizers._value import value_of
from paceline.schedules import Schedule, from_keras


@dataclasses.dataclass(frozen=True, kw_only=True)
class Start:
    """An optimizer before a `fit` that begins with batch `batches`, the first of `epoch`."""

    optimizer: Any
    epoch: int
    batches: int

    @property
    def micro(self) -> int:
        """How many batches make an update."""
        return self.optimizer.gradient_accumulation_steps or 1

    @property
    def calls(self) -> int:
        """How often the optimizer was applied."""
        return iterations(self.optimizer)

    @property
    def found(self) -> int:
        """Which update comes next, as the optimizer has it."""
        return self.calls // self.micro

    @property
    def expected(self) -> int:
        """Which update comes next, as the epoch has it."""
        return self.batches // self.micro

    @property
    def schedule(self) -> Schedule | None:
        """The schedule, converted where it is one of Keras, or None."""
        rate = own_rate(self.optimizer)
        try:
            return rate if isinstance(rate, Schedule) else from_keras(rate)
        except (TypeError, ValueError):
            return None

    def rate(self, step: int) -> str:
        """Return the rate of update `step`, in words where it is no function of the step."""
        rate = own_rate(self.optimizer)
        if not isinstance(rate, keras.optimizers.schedules.LearningRateSchedule):
            return "its fixed rate"
        return f"{float(value_of(rate(step * self.micro))):.4g}"

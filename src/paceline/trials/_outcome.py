"""What a trial gives back."""

import dataclasses
from typing import Literal

import numpy as np
import numpy.typing as npt

Status = Literal["done", "diverged", "failed", "lost"]


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Outcome:
    """What one trial (one task, one variant, one seed) gave.

    `done` and `diverged` are results. A trial is `diverged` if a loss is not finite, or if its
    final training loss is above its initial one; it is `failed` after an exception, and `lost`
    after its worker died three times.
    """

    variant: str
    seed: int
    status: Status
    rates: npt.NDArray[np.float64] = dataclasses.field(repr=False)
    """[updates done]: the rate of each update, as planned or as a callback set it.

    With mixed_float16 Keras skips updates whose gradient overflows, and the plan waits for them.
    """
    losses: npt.NDArray[np.float64] = dataclasses.field(repr=False)
    """[updates done]: the loss of each update's own batch, before the update.

    Updates from which `callbacks.SpikeGuard` went back are among them.
    """
    steps_per_epoch: int
    validation: dict[str, npt.NDArray[np.float64]] = dataclasses.field(repr=False)
    """Validation loss and metrics by name, each [epochs begun]; empty without validation data.

    NaN for the epoch in which a loss was not finite.
    """
    test: dict[str, float]
    """Loss and metrics on the test data after the last update; empty without test data."""
    seconds: float
    peak_memory: int
    """The largest resident size of the process so far, in bytes."""
    versions: dict[str, str] = dataclasses.field(repr=False)
    error: str | None = None

    @property
    def is_result(self) -> bool:
        """Whether the trial ran to a verdict, so that it never has to run again."""
        return self.status in {"done", "diverged"}

    @property
    def initial_training_loss(self) -> float:
        """The loss of the first batch, before the first update; NaN where there was none."""
        return float(self.losses[0]) if len(self.losses) else float("nan")

    @property
    def final_training_loss(self) -> float:
        """The mean batch loss over the last tenth of the updates, one epoch at most."""
        return final_mean(self.losses, self.steps_per_epoch)

    def final(self, metric: str) -> float:
        """Return a validation metric after the last epoch, or NaN."""
        values = self.validation.get(metric)
        return float("nan") if values is None or not len(values) else float(values[-1])


def final_mean(losses: npt.NDArray[np.float64], steps_per_epoch: int) -> float:
    """Return the mean over the last tenth of `losses`, one epoch at most; NaN without any.

    NaN where the last one is not finite; others that are not were undone, and are left out.
    """
    window = max(1, min(steps_per_epoch, len(losses) // 10))
    if not len(losses) or not np.isfinite(losses[-1]):
        return float("nan")
    last = losses[-window:]
    return float(np.mean(last[np.isfinite(last)]))

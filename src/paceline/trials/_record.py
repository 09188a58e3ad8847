"""What a loop writes down while it trains."""

import dataclasses

import numpy as np
import numpy.typing as npt

from paceline.trials._errors import TaskError


@dataclasses.dataclass
class Record:
    """The losses of every update and the validation logs of every epoch."""

    losses: list[npt.NDArray[np.float64]] = dataclasses.field(default_factory=list)
    validation: list[dict[str, float]] = dataclasses.field(default_factory=list)
    test: dict[str, float] = dataclasses.field(default_factory=dict)

    diverged: bool = False
    """Whether a loss was not finite, and no callback went back to before it."""

    def add_epoch(
        self, losses: npt.NDArray[np.float64], logs: dict[str, float], *, undone: int = 0
    ) -> bool:
        """Add an epoch; return whether to go on: not after a loss that is not finite.

        The validation of such an epoch is NaN: the loops stop at different points in it. From the
        first `undone` updates a callback went back, so that their losses don't count.
        """
        wrong = undone + np.flatnonzero(~np.isfinite(losses[undone:]))
        self.diverged = len(wrong) > 0
        self.losses.append(losses[: wrong[0] + 1] if self.diverged else losses)
        self.validation.append(dict.fromkeys(logs, float("nan")) if self.diverged else logs)
        return not self.diverged

    @property
    def all_losses(self) -> npt.NDArray[np.float64]:
        """The loss of every update, up to the first that is not finite."""
        return np.concatenate(self.losses) if self.losses else np.empty(0)

    @property
    def validation_series(self) -> dict[str, npt.NDArray[np.float64]]:
        """Validation loss and metrics by name, each [epochs]."""
        names = self.validation[0] if self.validation else {}
        return {name: np.array([logs[name] for logs in self.validation]) for name in names}


def check_updates(counted: int, batches: int) -> None:
    """Check that a schedule, which counts updates, was read once a batch.

    Raises:
        TaskError: a train_step that applies the optimizer more than once.
    """
    if counted > batches:
        raise TaskError(
            f"The model's train_step made {counted} updates in {batches} batches, so that the "
            "schedule ran ahead of the training. Apply the optimizer once a batch."
        )

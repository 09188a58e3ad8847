"""From when on the validation loss rises although the training loss falls."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from paceline.comparison._statistics import estimate
from paceline.trials import Outcome


def overfits_after(outcomes: Sequence[Outcome]) -> int | None:
    """Return the epoch after which a variant overfits, or None where it doesn't.

    With v the mean validation loss and t the mean training loss of each epoch over the trials, it
    is the epoch e of the smallest v, counted from 1, if t is smaller in the last epoch than in e,
    and the rise v(last) - v(e) is above 1 % of v's fall before, and above 0 by its Student-t
    interval over the trials (of two or more).

    Args:
        outcomes: of one variant; those that are not done are left out.
    """
    done = [item for item in outcomes if item.status == "done" and "loss" in item.validation]
    length = min((_epochs(item) for item in done), default=0)
    if length < 2:
        return None
    validation = np.array([item.validation["loss"][:length] for item in done])
    training = np.array([_by_epoch(item, length) for item in done])
    mean = validation.mean(axis=0)
    if not np.all(np.isfinite(mean)):
        return None
    best = int(np.argmin(mean))
    rise = estimate(validation[:, -1] - validation[:, best])
    certain = rise.low > 0 if rise.count > 1 else True
    large = rise.mean > _LEAST_RISE * (mean[0] - mean[best])
    falls = training[:, -1].mean() < training[:, best].mean()
    return best + 1 if best < length - 1 and certain and large and falls else None


_LEAST_RISE = 0.01
"""Of the fall before: a smaller rise matters to nobody."""


def _epochs(outcome: Outcome) -> int:
    return min(len(outcome.validation["loss"]), len(outcome.losses) // outcome.steps_per_epoch)


def _by_epoch(outcome: Outcome, epochs: int) -> npt.NDArray[np.float64]:
    return outcome.losses[: epochs * outcome.steps_per_epoch].reshape(epochs, -1).mean(axis=1)

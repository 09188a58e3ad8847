"""The loss curves of a comparison, for a forecast."""

import dataclasses
from collections.abc import Iterable

import numpy as np

from paceline.forecast import Curve
from paceline.trials import Outcome


def mean_curves(outcomes: Iterable[Outcome], *, variant: str, loss: str | None) -> dict[str, Curve]:
    """Return the mean over the seeds that are done; each alone where their rates are not the same.

    Raises:
        ValueError: no such loss, or one that is not above 0.
    """
    trials = list(outcomes)
    done = [outcome for outcome in trials if outcome.status == "done"]
    each = [Curve.from_outcome(outcome, loss=loss) for outcome in done]
    if not each:
        return {}
    lost = len(trials) - len(done)
    notes = (f"{lost} of {len(trials)} seeds did not end well, and are left out.",) if lost else ()
    first = each[0]
    if not all(
        np.array_equal(first.rates, other.rates) and np.array_equal(first.steps, other.steps)
        for other in each
    ):
        return {curve.name: curve for curve in each}
    notes = tuple(dict.fromkeys([*(note for curve in each for note in curve.notes), *notes]))
    losses = np.mean([curve.losses for curve in each], axis=0)
    return {variant: dataclasses.replace(first, name=variant, losses=losses, notes=notes)}

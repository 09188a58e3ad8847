"""One row of a comparison: a variant over its seeds."""

import dataclasses
import math
import operator
from collections.abc import Callable, Sequence

import numpy as np

from paceline.comparison._statistics import Estimate, estimate
from paceline.trials import Outcome


@dataclasses.dataclass(frozen=True, kw_only=True)
class Summary:
    """What one variant gave over all seeds."""

    variant: str
    done: int
    diverged: int
    failed: int
    """Trials that ended in an exception or whose worker was lost."""
    final: dict[str, Estimate]
    """Validation loss and metrics after the last epoch, by name."""
    training_loss: Estimate
    gap: Estimate
    """Final validation loss minus final training loss."""
    steps_to_target: tuple[int | None, ...]
    """By seed: the first update count after which validation loss is at or below the target."""
    difference: Estimate | None
    """Primary metric minus the baseline's, seed by seed; None for the baseline itself."""

    @property
    def median_steps_to_target(self) -> float:
        """The median over seeds; infinite where most seeds never reached the target."""
        reached = [math.inf if steps is None else float(steps) for steps in self.steps_to_target]
        return float(np.quantile(reached, 0.5, method="higher")) if reached else math.inf


def summarise(
    variant: str,
    outcomes: Sequence[Outcome],
    *,
    baseline: Sequence[Outcome] | None,
    metric: str,
    target: float,
) -> Summary:
    """Return the row of `variant`, whose `outcomes` are paired with the baseline's by seed."""
    results = [outcome for outcome in outcomes if outcome.is_result]
    diverged = sum(outcome.status == "diverged" for outcome in outcomes)
    names = list(dict.fromkeys(name for outcome in results for name in outcome.validation))
    return Summary(
        variant=variant,
        done=sum(outcome.status == "done" for outcome in outcomes),
        diverged=diverged,
        failed=len(outcomes) - len(results),
        final={name: _over_seeds(results, operator.methodcaller("final", name)) for name in names},
        training_loss=_over_seeds(results, operator.attrgetter("final_training_loss")),
        gap=_over_seeds(
            results, lambda outcome: outcome.final("loss") - outcome.final_training_loss
        ),
        steps_to_target=tuple(steps_to(outcome, target) for outcome in results),
        difference=None if baseline is None else _difference(results, baseline, metric),
    )


def _over_seeds(results: Sequence[Outcome], value: Callable[[Outcome], float]) -> Estimate:
    """Over the trials that are done; where one diverged there is a mean, but no interval."""
    return estimate([value(item) if item.status == "done" else math.nan for item in results])


def primary_value(outcome: Outcome, metric: str) -> float:
    """Return the value that a comparison is about: a validation metric, or the training loss."""
    return outcome.final_training_loss if metric == TRAINING_LOSS else outcome.final(metric)


TRAINING_LOSS = "training_loss"
"""The primary metric of a task without validation data."""


def _difference(results: Sequence[Outcome], baseline: Sequence[Outcome], metric: str) -> Estimate:
    other = {outcome.seed: outcome for outcome in baseline if outcome.is_result}
    pairs = [(outcome, other[outcome.seed]) for outcome in results if outcome.seed in other]
    return estimate(
        [
            primary_value(one, metric) - primary_value(two, metric)
            if one.status == two.status == "done"
            else math.nan
            for one, two in pairs
        ]
    )


def steps_to(outcome: Outcome, target: float) -> int | None:
    """Return the updates done when validation loss was first at or below `target`, or None."""
    reached = np.flatnonzero(outcome.validation.get("loss", np.array([])) <= target)
    return int(reached[0] + 1) * outcome.steps_per_epoch if len(reached) else None

"""One row of a comparison: a variant over its seeds."""

import dataclasses
import functools
import math
import operator
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from paceline.comparison._contrast import Contrast, Values, contrasts
from paceline.comparison._metric import TEST, TRAINING_LOSS
from paceline.comparison._overfitting import overfits_after
from paceline.comparison._stability import SpikeCount, spike_count
from paceline.comparison._statistics import Estimate, estimate
from paceline.comparison._time_to_target import TimeToTarget, log_rank, time_to_target
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
    """Validation loss and metrics after the last epoch, and the primary metric, by name."""
    training_loss: Estimate
    gap: Estimate
    """Final validation loss minus final training loss."""
    median: float
    """Of the primary metric; a diverged trial ranks last, so that it can be infinite."""
    worst: float
    """Of the primary metric; infinite where a trial diverged."""
    steps_to_target: tuple[int | None, ...]
    """By seed: the first update count after which validation loss is at or below the target."""
    time_to_target: TimeToTarget
    log_rank_p: float | None
    """Of the log-rank test against the baseline's times, Holm-corrected; None for the baseline."""
    overfits_after: int | None
    """The epoch after which validation loss rises although training loss falls."""
    spikes: SpikeCount
    contrast: Contrast | None
    """Against the baseline, seed by seed; None for the baseline itself."""


def summarise(
    outcomes: Mapping[str, Sequence[Outcome]],
    *,
    baseline: str,
    metric: str,
    higher_is_better: bool,
    target: float,
    margin: float,
    horizon: int,
) -> dict[str, Summary]:
    """Return the row of each variant, whose outcomes are paired with the baseline's by seed."""
    results = {
        name: [outcome for outcome in found if outcome.is_result]
        for name, found in outcomes.items()
    }
    values = {name: values_of(found, metric) for name, found in results.items()}
    times = {
        name: tuple(steps_to(outcome, target) for outcome in found)
        for name, found in results.items()
    }
    others = [name for name in outcomes if name != baseline]
    against = contrasts(
        {name: values[name] for name in others},
        baseline=values[baseline],
        higher_is_better=higher_is_better,
        margin=margin,
    )
    speed = log_rank(
        {name: times[name] for name in others}, baseline=times[baseline], horizon=horizon
    )
    return {
        name: Summary(
            variant=name,
            done=sum(outcome.status == "done" for outcome in found),
            diverged=sum(outcome.status == "diverged" for outcome in found),
            failed=len(outcomes[name]) - len(found),
            final={
                key: _over_seeds(found, functools.partial(primary_value, metric=key))
                for key in _final_metrics(found, metric)
            },
            training_loss=_over_seeds(found, operator.attrgetter("final_training_loss")),
            gap=_over_seeds(found, gap),
            median=_ranked(np.median, values[name], higher_is_better),
            worst=_ranked(np.min if higher_is_better else np.max, values[name], higher_is_better),
            steps_to_target=times[name],
            time_to_target=time_to_target(times[name], horizon=horizon),
            log_rank_p=speed.get(name),
            overfits_after=overfits_after(found),
            spikes=spike_count([outcome.losses for outcome in found]),
            contrast=against.get(name),
        )
        for name, found in results.items()
    }


def _final_metrics(found: Sequence[Outcome], metric: str) -> list[str]:
    measured = [name for outcome in found for name in outcome.validation]
    return list(dict.fromkeys([*measured, *([] if metric == TRAINING_LOSS else [metric])]))


def values_of(outcomes: Sequence[Outcome], metric: str) -> Values:
    """Return the final metric by seed, NaN where the trial diverged; failed ones are left out."""
    return {
        outcome.seed: primary_value(outcome, metric) if outcome.status == "done" else math.nan
        for outcome in outcomes
        if outcome.is_result
    }


def primary_value(outcome: Outcome, metric: str) -> float:
    """Return the value that a comparison is about: of validation, test or training data."""
    if metric == TRAINING_LOSS:
        return outcome.final_training_loss
    if metric.startswith(TEST) and metric not in outcome.validation:
        return outcome.test.get(metric.removeprefix(TEST), math.nan)
    return outcome.final(metric)


def gap(outcome: Outcome) -> float:
    """Return the final validation loss minus the final training loss."""
    return outcome.final("loss") - outcome.final_training_loss


def steps_to(outcome: Outcome, target: float) -> int | None:
    """Return the updates done when validation loss was first at or below `target`, or None."""
    reached = np.flatnonzero(outcome.validation.get("loss", np.array([])) <= target)
    return int(reached[0] + 1) * outcome.steps_per_epoch if len(reached) else None


def _over_seeds(results: Sequence[Outcome], value: Callable[[Outcome], float]) -> Estimate:
    """Over the trials that are done; where one diverged there is a mean, but no interval."""
    return estimate([value(item) if item.status == "done" else math.nan for item in results])


def _ranked(
    how: Callable[[list[float]], np.floating], values: Values, higher_is_better: bool
) -> float:
    last = -math.inf if higher_is_better else math.inf
    ranked = [value if math.isfinite(value) else last for value in values.values()]
    return float(how(ranked)) if ranked else math.nan

"""Confirmation: the best of a search and its baseline, on seeds that the search has not seen."""

import dataclasses
import math
from collections.abc import Mapping, Sequence

from paceline.comparison import ComparisonResult
from paceline.comparison._plan import ComparisonPlan, plan_comparison
from paceline.comparison._power import fewest_seeds
from paceline.comparison._protocol import Protocol, protocol_of
from paceline.comparison._subject import Subject
from paceline.execution import Runner, Store
from paceline.execution._run import Told
from paceline.trials import Trial
from paceline.tuning._families import Point
from paceline.tuning._pick import each_family
from paceline.tuning._standings import Standing

SEEDS = 8
"""At least, where the budget has room for them."""

_LEAST = 4
"""Full runs: one schedule and the baseline on two seeds."""

_FINALISTS = 4
"""At most: with more, the best of them is more often the luckiest."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Size:
    """How many schedules, beside the baseline, on how many seeds each."""

    finalists: int
    seeds: int

    @property
    def runs(self) -> int:
        """Full trainings."""
        return (self.finalists + 1) * self.seeds


def confirmation_size(runs: int) -> Size | None:
    """Return how much can be confirmed in so many full runs; None: nothing.

    As many schedules, up to 4, as have room for the seeds that a verdict needs: 8, or the fewest
    with which the test can ever find anything. Below that, one schedule on fewer seeds.
    """
    for finalists in range(_FINALISTS, 0, -1):
        size = Size(finalists=finalists, seeds=max(SEEDS, fewest_seeds(finalists)))
        if size.runs <= runs:
            return size
    return Size(finalists=1, seeds=runs // 2) if runs >= _LEAST else None


def room_text(confirm: float) -> str:
    """Return from which budget on there is room for a confirmation that gets this share of it."""
    if confirm == 0:
        return "With confirm=0 nothing is kept for fresh seeds; 0.5 keeps half of the budget."
    enough = Size(finalists=1, seeds=SEEDS).runs
    first, more = (math.ceil(round(runs / confirm, 6)) for runs in (_LEAST, enough))
    return (
        f"A budget of {first:,} full runs has room for 2 fresh seeds, one of {more:,} or more for "
        f"{SEEDS}, enough for a verdict."
    )


def finalists(ranked: Sequence[Standing], *, baseline: Point, count: int) -> list[Point]:
    """Return the best point of each family, the best family first, without the baseline."""
    others = each_family([standing for standing in ranked if standing.point != baseline])
    return [standing.point for standing in others[:count]]


def named(points: Sequence[Point], baseline: Point) -> dict[str, Point]:
    """Return the points by the names that the comparison shows, the baseline first."""
    return {f"{baseline.family} to zero": baseline} | {point.family: point for point in points}


def planned_confirmation(
    subject: Subject,
    points: Mapping[str, Point],
    *,
    seeds: Sequence[int],
    metric: str,
    margin: float | None,
    workers: int,
    command: str | None,
) -> tuple[ComparisonPlan, Protocol]:
    """Return what the confirmation runs and asks; the first of the points is the baseline."""
    plan = plan_comparison(
        subject,
        {name: point.schedule for name, point in points.items()},
        seeds=seeds,
        baseline=next(iter(points)),
    )
    protocol = protocol_of(
        plan, metric=metric, target=None, margin=margin, workers=workers, command=command
    )
    return plan, protocol


def confirmed(
    plan: ComparisonPlan, protocol: Protocol, *, runner: Runner, store: Store | None, told: Told
) -> ComparisonResult:
    """Train what was planned, and return what it found."""
    trials = {
        key: dataclasses.replace(trial, schedule=plan.variants[trial.variant].schedule)
        for key, trial in plan.execution.trials.items()
    }
    if store is not None:
        store.put_comparison(protocol.stored(list(trials)))
    outcomes = runner.run(_groups(trials, workers=runner.workers), told)
    return protocol.result(outcomes.values())


def _groups(trials: Mapping[str, Trial], *, workers: int) -> list[Mapping[str, Trial]]:
    """Return the trials of a seed together where that leaves no worker idle.

    A worker builds the model once for each seed, which takes longer than a short training.
    """
    by_seed: dict[int, dict[str, Trial]] = {}
    for key, trial in trials.items():
        by_seed.setdefault(trial.seed, {})[key] = trial
    if len(by_seed) < workers:
        return [{key: trial} for key, trial in trials.items()]
    return list(by_seed.values())

"""The verb: train every schedule with every seed, and compare."""

import contextlib
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import keras
import numpy as np

from paceline.comparison._environment import environment_of
from paceline.comparison._margin import default_target, margin_of
from paceline.comparison._metric import grows
from paceline.comparison._plan import ComparisonPlan, plan_comparison
from paceline.comparison._result import ComparisonResult
from paceline.comparison._summary import TRAINING_LOSS, primary_value
from paceline.execution import Progress, Store, run_plan
from paceline.schedules import Schedule
from paceline.trials import LoopKind, Outcome, TaskSource, Variant, resolve_task, set_threads


def compare(
    task: TaskSource,
    schedules: Mapping[str, Schedule | Variant],
    *,
    seeds: int | Sequence[int] = 8,
    baseline: str | None = None,
    metric: str | None = None,
    target: float | None = None,
    margin: float | None = None,
    a_a: bool = False,
    store: str | Path | None = None,
    workers: int = 1,
    threads: int = 1,
    loop: LoopKind | None = None,
    name: str | None = None,
    progress: bool = True,
) -> ComparisonResult:
    """Train `task` under every schedule with every seed, and return what came out.

    Seed s fixes the initial weights, the batch order, dropout and augmentation for every schedule
    alike, so that differences are paired. A trial whose loss is not finite, or ends above where it
    began, is counted as diverged.

    Every schedule gets one of five verdicts against the baseline: better, worse, practically equal,
    no evidence, too few seeds. A sign-flip test on the differences, Holm-corrected for the number
    of schedules, decides; see `paceline.comparison.Contrast`.

    Args:
        task: a `paceline.Task`, or the function that makes it.
        schedules: schedules, recipes (bound to the task's horizon) or variants, by name.
        seeds: how many seeds (0, 1, ...), or the seeds themselves.
        baseline: the name that the others are compared with; None: the first.
        metric: the validation metric that decides; None: "loss".
        target: the validation loss that "steps to target" counts to; None: what the baseline
            reaches at 90 % of its descent.
        margin: the difference of the metric that does not matter: within it two schedules are
            practically equal. None: 0.005 for a metric in [0, 1]; for a loss 1 % of the baseline's
            descent from its initial loss.
        a_a: whether to train the baseline once more, on as many other seeds, and compare it with
            itself: what that finds is noise.
        store: a SQLite file or a database URL that remembers every trial, so that the same call
            goes on where it was stopped; None: nothing is kept.
        workers: 1 trains in this process; more train in that many processes.
        threads: threads a trial computes with; they change the numbers of large models.
        loop: the kind of compiled loop; None: the one that the backend and device ask for.
        name: what the task is called; None: the name of its function.
        progress: whether to show a progress bar.

    Returns:
        The result, with every outcome and every number that is shown.

    Raises:
        TaskError: a task that can't be trained.
        ValueError: schedules, seeds, baseline, metric or workers that make no sense.
        StoreError: a store that can't be used.
        StoppedError: Ctrl-C; what was done is in the store.

    Example:
        >>> result = compare(task, {"cosine": cosine(peak=1e-2)}, seeds=8)   # doctest: +SKIP
    """
    _check_counts(workers=workers, threads=threads)
    _check_margin(margin)
    in_force = set_threads(threads)
    made = resolve_task(task)
    plan = plan_comparison(
        task,
        made,
        schedules,
        seeds=seeds,
        baseline=baseline,
        a_a=a_a,
        loop=loop,
        threads=in_force if workers == 1 else threads,
        name=name,
    )
    measured = plan.measured if made.validation is not None else (TRAINING_LOSS,)
    chosen = metric or ("loss" if made.validation is not None else TRAINING_LOSS)
    _check_metric(chosen, measured)
    with (
        contextlib.nullcontext() if store is None else Store(store) as keeper,
        Progress(shown=progress) as shown,
    ):
        for note in (*plan.notes, *_threads_note(threads, in_force, workers)):
            shown.say(f"Note: {note}")
        outcomes = run_plan(
            plan.execution,
            store=keeper,
            workers=workers,
            threads=threads,
            progress=shown,
            best=lambda found: _best(found, chosen),
        )
    environment = environment_of(plan, threads=in_force, workers=workers)
    return _result(plan, list(outcomes.values()), chosen, target, margin, environment)


def _result(
    plan: ComparisonPlan,
    outcomes: Sequence[Outcome],
    metric: str,
    target: float | None,
    margin: float | None,
    environment: dict[str, str],
) -> ComparisonResult:
    order = {variant: number for number, variant in enumerate(plan.variants)}
    ranked = sorted(outcomes, key=lambda item: (order[item.variant], item.seed))
    _check_metric(metric, [name for item in ranked for name in item.validation])
    main = [item for item in ranked if item.seed in plan.seeds]
    own = [item for item in main if item.variant == plan.baseline]
    fixed, rule = margin_of(margin, metric, own)
    steps = np.arange(plan.task.horizon)
    return ComparisonResult(
        task=plan.execution.name,
        horizon=plan.task.horizon,
        metric=metric,
        higher_is_better=grows(metric),
        baseline=plan.baseline,
        target=default_target(own) if target is None else float(target),
        margin=fixed,
        margin_rule=rule,
        seeds=plan.seeds,
        schedules=plan.expressions,
        rates={name: variant.schedule(steps) for name, variant in plan.variants.items()},
        outcomes=tuple(main),
        again=tuple(item for item in ranked if item.seed in plan.again),
        environment=environment,
    )


def _check_counts(**counts: int) -> None:
    for what, count in counts.items():
        if isinstance(count, bool) or not isinstance(count, int) or count < 1:
            raise ValueError(f"compare needs {what} >= 1; got {what}={count!r}. Give 1, say.")


def _threads_note(asked: int, in_force: int, workers: int) -> list[str]:
    if workers > 1 or in_force == asked:
        return []
    return [
        f"{keras.backend.backend()} has computed in this process before, so that a trial uses "
        f"{in_force} threads, not {asked}."
    ]


def _check_margin(margin: float | None) -> None:
    if margin is None or (not isinstance(margin, bool) and 0 < margin < math.inf):
        return
    raise ValueError(
        f"compare needs margin > 0, a difference of the metric that does not matter; got "
        f"margin={margin!r}. Leave it out, say."
    )


def _check_metric(metric: str, measured: Sequence[str]) -> None:
    if measured and metric not in {TRAINING_LOSS, *measured}:
        raise ValueError(
            f"No metric {metric!r} is measured; known are {', '.join(sorted(set(measured)))}. "
            "Add it to the task's metrics (they need validation data), or name another."
        )


def _best(outcomes: Sequence[Outcome], metric: str) -> str:
    values: dict[str, list[float]] = {}
    for outcome in outcomes:
        if outcome.status == "done":
            values.setdefault(outcome.variant, []).append(primary_value(outcome, metric))
    means: dict[str, float] = {key: float(np.mean(found)) for key, found in values.items()}
    if not means:
        return ""
    best = (max if grows(metric) else min)(means, key=lambda key: means[key])
    return f"best so far: {best} {means[best]:.4g}"

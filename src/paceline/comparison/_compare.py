"""The verb: train every schedule with every seed, and compare."""

import contextlib
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from paceline.comparison._metric import grows
from paceline.comparison._plan import plan_comparison
from paceline.comparison._protocol import protocol_of
from paceline.comparison._result import ComparisonResult
from paceline.comparison._subject import subject_of, threads_note
from paceline.comparison._summary import primary_value
from paceline.execution import Progress, Store, run_plan
from paceline.schedules import Schedule
from paceline.trials import LoopKind, Outcome, TaskSource, Variant


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
    command: str | None = None,
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
        command: the command line that the report says makes it again; None: it says none.
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
    check_counts("compare", workers=workers, threads=threads)
    check_margin("compare", margin)
    subject = subject_of(task, loop=loop, threads=threads, here=workers == 1, name=name)
    plan = plan_comparison(subject, schedules, seeds=seeds, baseline=baseline, a_a=a_a)
    chosen = subject.metric(metric)
    protocol = protocol_of(
        plan, metric=chosen, target=target, margin=margin, workers=workers, command=command
    )
    with (
        Progress(shown=progress) as shown,
        contextlib.nullcontext()
        if store is None
        else Store(store, experiment=protocol.task_key, say=shown.say) as keeper,
    ):
        for note in (*plan.notes, *threads_note(subject, threads, here=workers == 1)):
            shown.say(f"Note: {note}")
        if keeper is not None:  # before the first trial, so that it can be reported if stopped
            keeper.put_comparison(protocol.stored(list(plan.execution.trials)))
        outcomes = run_plan(
            plan.execution,
            store=keeper,
            workers=workers,
            threads=threads,
            progress=shown,
            best=lambda found: _best(found, chosen),
        )
    return protocol.result(outcomes.values())


def check_counts(owner: str, **counts: int) -> None:
    """Check that counts are whole numbers of 1 or more.

    Raises:
        ValueError: one that is none.
    """
    for what, count in counts.items():
        if isinstance(count, bool) or not isinstance(count, int) or count < 1:
            raise ValueError(f"{owner} needs {what} >= 1; got {what}={count!r}. Give 1, say.")


def check_margin(owner: str, margin: float | None) -> None:
    """Check that a margin, where there is one, is a number above 0.

    Raises:
        ValueError: it is none.
    """
    if margin is None or (not isinstance(margin, bool) and 0 < margin < math.inf):
        return
    raise ValueError(
        f"{owner} needs margin > 0, a difference of the metric that does not matter; got "
        f"margin={margin!r}. Leave it out, say."
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

"""Runs the trials of a plan that the store does not know yet."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait

import numpy as np

from paceline.execution._executors import (
    InlineExecutor,
    PoolExecutor,
    ProcessExecutor,
    WorkerLostError,
)
from paceline.execution._interrupt import Interrupt, StoppedError, first_interrupt_finishes
from paceline.execution._progress import Counts, Progress
from paceline.execution._ray import ClusterError
from paceline.execution._setup import Setup, train
from paceline.execution._store import Store
from paceline.trials import Outcome, TaskError, Trial, versions

_LOOK_EVERY = 0.2
"""Seconds between looks at whether the user asked to stop."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Plan:
    """What to run: a set-up, and its trials by their keys."""

    name: str
    """The task's name, for the store and for messages."""
    task_key: str
    setup: Setup
    trials: Mapping[str, Trial]


Best = Callable[[Sequence[Outcome]], str]
"""Says in a few words what is best so far."""

Keep = Callable[[str, Outcome], None]
"""Takes the outcome of the trial with that key."""


def run_plan(
    plan: Plan,
    *,
    store: Store | None,
    workers: int,
    threads: int,
    progress: Progress,
    best: Best,
) -> dict[str, Outcome]:
    """Return the outcome of every trial of `plan`, by key; what the store knows is not run.

    One worker trains in this process, more in that many processes, each with `threads` threads.

    Raises:
        StoppedError: Ctrl-C; what was done is in the store.
        StoreError: the store can't be read or written.
        TaskError: a task that can't travel to worker processes.
    """
    outcomes = _known(plan, store, progress)
    left = {key: trial for key, trial in plan.trials.items() if key not in outcomes}
    counts = Counts(total=len(plan.trials), kept=len(outcomes))
    progress.begin(counts, best(list(outcomes.values())))

    def keep(key: str, outcome: Outcome) -> None:
        if store is not None:
            store.put(key, outcome, task=plan.name, task_key=plan.task_key)
        outcomes[key] = outcome
        counts.add(outcome)
        progress.show(counts, best(list(outcomes.values())))

    if left:
        with first_interrupt_finishes(progress.say) as interrupt:
            if workers == 1:
                _run(left, InlineExecutor(), plan.setup.trainer().run, interrupt, keep)
            else:
                prepare = plan.setup.preparation(threads)
                with ProcessExecutor(min(workers, len(left)), prepare=prepare) as executor:
                    _run(left, executor, train, interrupt, keep)
    if counts.ended < counts.total:
        raise StoppedError(f"Stopped: {counts}.")
    return {key: outcomes[key] for key in plan.trials}


def _known(plan: Plan, store: Store | None, progress: Progress) -> dict[str, Outcome]:
    if store is None:
        return {}
    if others := store.others(plan.name, plan.task_key):
        progress.say(
            f"Note: the code or data of {plan.name} changed: {others} trials of its earlier state "
            "stay in the store and are not used."
        )
    found, damaged = store.find(list(plan.trials))
    if damaged:
        progress.say(f"Note: {damaged} trials in the store can't be read and run again.")
    return found


def _run(
    left: Mapping[str, Trial],
    executor: InlineExecutor | PoolExecutor,
    work: Callable[[Trial], Outcome],
    interrupt: Interrupt,
    keep: Keep,
) -> None:
    """Run the trials, as many at once as there are workers, until the user asks to stop."""
    waiting = iter(left.items())
    running: dict[Future[Outcome], tuple[str, Trial]] = {}
    while not interrupt.now:
        while len(running) < executor.workers and not interrupt.asked:
            if (item := next(waiting, None)) is None:
                break
            try:
                with interrupt.may_break():
                    running[executor.submit(work, item[1])] = item
            except KeyboardInterrupt:
                return
        if not running:
            return
        ended, _ = wait(running, timeout=_LOOK_EVERY, return_when=FIRST_COMPLETED)
        for future in ended:
            key, trial = running.pop(future)
            keep(key, _outcome(future, trial))
    if isinstance(executor, PoolExecutor):
        executor.kill()


def _outcome(future: Future[Outcome], trial: Trial) -> Outcome:
    try:
        return future.result()
    except WorkerLostError as error:
        return Outcome(
            variant=trial.variant,
            seed=trial.seed,
            status="lost",
            rates=np.empty(0),
            losses=np.empty(0),
            steps_per_epoch=1,
            validation={},
            test={},
            seconds=0.0,
            peak_memory=0,
            versions=versions(),
            error=str(error),
        )
    except ClusterError:
        raise
    except Exception as error:  # a trial's own errors are in its outcome
        raise TaskError(
            f"The task can't be set up in a worker process: {error} To train in this process, "
            "take workers=1."
        ) from error

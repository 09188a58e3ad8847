"""Runs the trials of a plan that the store does not know yet."""

import contextlib
import dataclasses
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from pathlib import Path

import filelock
import numpy as np

from paceline.execution._executors import InlineExecutor, ProcessExecutor, WorkerLostError
from paceline.execution._interrupt import StoppedError, first_interrupt_finishes
from paceline.execution._progress import Counts, Progress
from paceline.execution._setup import Setup
from paceline.execution._store import Store, StoreError
from paceline.execution._worker import train
from paceline.trials import Outcome, Trial, versions


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
        StoreError: the store can't be read or written, or another process works with it.
    """
    with _held(store):
        if store is not None and (others := store.others(plan.name, plan.task_key)):
            progress.say(
                f"The code or data of {plan.name} changed: {others} trials of its earlier state "
                "stay in the store and are not used."
            )
        outcomes = {} if store is None else store.find(list(plan.trials))
        counts = Counts(total=len(plan.trials), kept=len(outcomes))
        progress.show(counts, best(list(outcomes.values())))
        for key, outcome in _new(plan, set(outcomes), counts, workers, threads):
            if store is not None:
                store.put(key, outcome, task=plan.name, task_key=plan.task_key)
            outcomes[key] = outcome
            counts.add(outcome)
            progress.show(counts, best(list(outcomes.values())))
    return {key: outcomes[key] for key in plan.trials}


def _new(
    plan: Plan, known: set[str], counts: Counts, workers: int, threads: int
) -> Iterator[tuple[str, Outcome]]:
    """Run the trials that are not `known`; yield each outcome as it comes."""
    left = [(key, trial) for key, trial in plan.trials.items() if key not in known]
    if not left:
        return
    waiting = iter(left)
    running: dict[Future[Outcome], tuple[str, Trial]] = {}
    with (
        first_interrupt_finishes() as interrupt,
        _executor(min(workers, len(left)), threads) as executor,
        _runner(plan.setup, executor) as run,
    ):
        try:
            while True:
                while len(running) < executor.workers and not interrupt.asked:
                    item = next(waiting, None)
                    if item is None:
                        break
                    running[executor.submit(run, item[1])] = item
                if not running:
                    break
                ended, _ = wait(running, timeout=0.2, return_when=FIRST_COMPLETED)
                for future in ended:
                    key, trial = running.pop(future)
                    yield key, _outcome(future, trial)
        except KeyboardInterrupt:
            if isinstance(executor, ProcessExecutor):
                executor.kill()
            raise StoppedError(_stopped(counts)) from None
        if interrupt.asked and counts.ended < counts.total:
            raise StoppedError(_stopped(counts))


def _stopped(counts: Counts) -> str:
    return f"Stopped: {counts}."


def _executor(workers: int, threads: int) -> InlineExecutor | ProcessExecutor:
    return InlineExecutor() if workers == 1 else ProcessExecutor(workers, threads=threads)


@contextlib.contextmanager
def _runner(
    setup: Setup, executor: InlineExecutor | ProcessExecutor
) -> Iterator[Callable[[Trial], Outcome]]:
    if isinstance(executor, InlineExecutor):
        yield setup.trainer().run
        return
    with tempfile.TemporaryDirectory(prefix="paceline-") as folder:
        path = Path(folder) / "setup.pickle"
        setup.save(path)
        yield _InWorker(path)


@dataclasses.dataclass(frozen=True)
class _InWorker:
    """A call that a worker process can be sent: the path of the set-up instead of the set-up."""

    setup: Path

    def __call__(self, trial: Trial) -> Outcome:
        return train(self.setup, trial)


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


@contextlib.contextmanager
def _held(store: Store | None) -> Iterator[None]:
    """Hold the store for this process: a file lock, which dies with its holder."""
    if store is None or "://" in store.place:
        yield
        return
    lock = filelock.FileLock(f"{store.place}.lock")
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:
        raise StoreError(
            f"Another process works with the store {store.place}. Wait for it, or name another."
        ) from None
    try:
        yield
    finally:
        lock.release()

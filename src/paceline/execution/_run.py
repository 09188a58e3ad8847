"""Runs the trials of a plan that the store does not know yet."""

import contextlib
import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import Self

import numpy as np

from paceline.execution._executors import (
    InlineExecutor,
    PoolExecutor,
    ProcessExecutor,
    WorkerLostError,
)
from paceline.execution._interrupt import Interrupt, StoppedError, first_interrupt_finishes
from paceline.execution._progress import Counts, Progress
from paceline.execution._ray import ClusterError, RayExecutor
from paceline.execution._setup import Setup, train
from paceline.execution._store import Store
from paceline.trials import Outcome, TaskError, Trial, versions

_LOOK_EVERY = 0.2
"""Seconds between looks at whether the user asked to stop."""

Trials = Mapping[str, Trial]
"""By their keys."""

Told = Callable[[Counts, Mapping[str, Outcome]], None]
"""Is told how far the work is: once before it begins, and after each outcome."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Plan:
    """What to run: a set-up, and its trials by their keys."""

    name: str
    """The task's name, for the store and for messages."""
    task_key: str
    setup: Setup
    trials: Trials


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
        StoreError: the store can't be read or written.
        TaskError: a task that can't travel to worker processes.
    """
    begun = False

    def told(counts: Counts, outcomes: Mapping[str, Outcome]) -> None:
        nonlocal begun
        (progress.show if begun else progress.begin)(counts, best(list(outcomes.values())))
        begun = True

    with Runner(plan, store=store, workers=workers, threads=threads, say=progress.say) as runner:
        return runner.run([{key: trial} for key, trial in plan.trials.items()], told)


class Runner:
    """Runs trials that the store does not know yet, on workers that stay from call to call.

    Ctrl-C ends the call, once what runs is done; a second one ends it at once.
    """

    def __init__(
        self,
        plan: Plan,
        *,
        store: Store | None,
        workers: int | None,
        threads: int,
        say: Callable[[str], None],
        on: str | None = None,
    ) -> None:
        """Take what trials share, and where they run.

        Args:
            plan: its trials may be run, and others of the same set-up.
            store: what remembers them.
            workers: 1 trains in this process, more in that many; on a cluster, how many train at
                once, None for all that it has room for.
            threads: that a trial computes with.
            say: tells the user.
            on: the address of a Ray cluster; None: this machine.
        """
        self._plan = plan
        self._store = store
        self._workers = workers
        self._on = on
        self._threads = threads
        self._say = say
        self._open = contextlib.ExitStack()
        self._executor: InlineExecutor | PoolExecutor | None = None
        self._work: Callable[[Sequence[Trial]], list[Outcome]] = train
        self._interrupt = Interrupt()

    def __enter__(self) -> Self:
        self._interrupt = self._open.enter_context(first_interrupt_finishes(self._say))
        others = self._store.others(self._plan.name, self._plan.task_key) if self._store else 0
        if others:
            self._say(
                f"Note: the code or data of {self._plan.name} changed: {others} trials of its "
                "earlier state stay in the store and are not used."
            )
        return self

    def __exit__(self, *error: object) -> None:
        self._open.__exit__(*error)  # type: ignore[arg-type]

    @property
    def workers(self) -> int:
        """How many trials run at once, as far as that is known: a cluster is asked at its first."""
        return self._executor.workers if self._executor else self._workers or 1

    def reach(self) -> None:
        """See that the task can travel and the cluster answers, before anything takes long.

        Raises:
            ClusterError: nobody answers.
            TaskError: a task that can't travel to worker processes.
        """
        if self._on is not None:
            self._executor = self._executor or self._started(1)
        elif self._workers not in {None, 1}:
            self._plan.setup.preparation(self._threads)

    @contextlib.contextmanager
    def may_stop(self) -> Iterator[None]:
        """Let a second Ctrl-C end what trains in this process beside the trials.

        Raises:
            StoppedError: it did.
        """
        try:
            with self._interrupt.may_break():
                yield
        except KeyboardInterrupt:
            raise StoppedError("Stopped.") from None

    def run(self, groups: Sequence[Trials], told: Told) -> dict[str, Outcome]:
        """Return the outcome of every trial, by key, in their order.

        The trials of a group train together, on one worker; see `Trainer.run_together`.

        Raises:
            StoppedError: Ctrl-C; what was done is in the store.
            StoreError: the store can't be read or written.
            TaskError: a task that can't travel to worker processes.
        """
        keys = [key for group in groups for key in group]
        outcomes = self._known(keys)
        counts = Counts(total=len(keys), kept=len(outcomes))
        told(counts, outcomes)

        def keep(key: str, outcome: Outcome) -> None:
            if self._store is not None:
                name, task_key = self._plan.name, self._plan.task_key
                self._store.put(key, outcome, task=name, task_key=task_key)
            outcomes[key] = outcome
            counts.add(outcome)
            told(counts, outcomes)

        left = [
            {key: trial for key, trial in group.items() if key not in outcomes} for group in groups
        ]
        self._run([group for group in left if group], keep)
        if counts.ended < counts.total:
            raise StoppedError(f"Stopped: {counts}.")
        return {key: outcomes[key] for key in keys}

    def measure(self, trials: Sequence[Trial]) -> list[Outcome]:
        """Return the outcomes of trials that train together and that no store keeps.

        Raises:
            StoppedError: Ctrl-C.
            TaskError: a task that can't travel to worker processes.
        """
        numbered = {str(number): trial for number, trial in enumerate(trials)}
        found: dict[str, Outcome] = {}
        self._run([numbered], found.__setitem__)
        if len(found) < len(trials):
            raise StoppedError("Stopped.")
        return [found[number] for number in numbered]

    def _known(self, keys: Sequence[str]) -> dict[str, Outcome]:
        if self._store is None:
            return {}
        found, damaged = self._store.find(keys)
        if damaged:
            self._say(f"Note: {damaged} trials in the store can't be read and run again.")
        return found

    def _run(self, left: Sequence[Trials], keep: Callable[[str, Outcome], None]) -> None:
        """Run the groups, as many at once as there are workers, until the user asks to stop."""
        if not left:
            return
        executor = self._executor = self._executor or self._started(len(left))
        waiting = list(reversed(left))
        running: dict[Future[list[Outcome]], Trials] = {}
        while not self._interrupt.now:
            while waiting and len(running) < executor.workers and not self._interrupt.asked:
                group = waiting.pop()
                try:
                    with self._interrupt.may_break():
                        running[executor.submit(self._work, list(group.values()))] = group
                except KeyboardInterrupt:
                    return
            if not running:
                return
            ended, _ = wait(running, timeout=_LOOK_EVERY, return_when=FIRST_COMPLETED)
            for future in ended:
                group = running.pop(future)
                is_lost = isinstance(future.exception(), WorkerLostError)
                if is_lost and len(group) > 1:  # one of them may be to blame
                    waiting += [{key: trial} for key, trial in group.items()]
                    continue
                for key, outcome in zip(group, _outcomes(future, group), strict=True):
                    keep(key, outcome)
        if isinstance(executor, PoolExecutor):
            executor.kill()

    def _started(self, groups: int) -> InlineExecutor | PoolExecutor:
        setup, workers = self._plan.setup, self._workers
        if self._on is None and workers in {None, 1}:
            self._work = setup.trainer().run_together
            return InlineExecutor()
        prepare = setup.preparation(self._threads)
        if self._on is None:
            return self._open.enter_context(
                ProcessExecutor(min(workers or 1, groups), prepare=prepare)
            )
        return self._open.enter_context(
            RayExecutor(address=self._on, prepare=prepare, workers=workers, threads=self._threads)
        )


def _outcomes(future: Future[list[Outcome]], group: Trials) -> list[Outcome]:
    try:
        return future.result()
    except WorkerLostError as error:
        return [_lost(trial, str(error)) for trial in group.values()]
    except ClusterError:
        raise
    except Exception as error:  # a trial's own errors are in its outcome
        raise TaskError(
            f"The task can't be set up in a worker process: {error} To train in this process, "
            "take workers=1."
        ) from error


def _lost(trial: Trial, error: str) -> Outcome:
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
        error=error,
    )

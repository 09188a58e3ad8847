"""What is trained, whichever schedules are tried on it: a task, and how its trials run."""

import dataclasses
import inspect
from collections.abc import Mapping

import keras

from paceline.comparison._metric import TRAINING_LOSS, check_metric
from paceline.execution import Plan, Setup, data_digests
from paceline.trials import (
    LoopKind,
    Task,
    TaskSource,
    Trial,
    Variant,
    checked_model,
    choose_loop,
    loop_for,
    resolve_task,
    set_threads,
    task_identity,
    trial_key,
)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Subject:
    """A task that was checked, with what else the keys of its trials are made of."""

    name: str
    source: TaskSource
    task: Task
    task_key: str
    """The hash of the task's code and data."""
    kind: LoopKind
    threads: int
    """That a trial computes with."""
    in_force: int
    """That this process computes with."""
    measured: tuple[str, ...]
    """The names of the loss and metrics; empty where only the training will tell."""

    def key(self, name: str, variant: Variant, identity: str, *, seed: int, horizon: int) -> str:
        """Return the key of a trial of a variant, of which this is the identity."""
        return trial_key(
            task=self.task_key,
            name=name,
            variant=identity,
            seed=seed,
            horizon=horizon,
            loop=loop_for(self.kind, variant),
            threads=self.threads,
        )

    def plan(self, variants: Mapping[str, Variant], trials: Mapping[str, Trial]) -> Plan:
        """Return the plan of trials by their keys, of variants by their names."""
        setup = Setup(
            source=self.source, data=data_digests(self.task), variants=variants, kind=self.kind
        )
        return Plan(name=self.name, task_key=self.task_key, setup=setup, trials=trials)

    def metric(self, asked: str | None) -> str:
        """Return the metric that decides: the one asked for, or the loss.

        Raises:
            ValueError: it is not measured.
        """
        validated = self.task.validation is not None
        chosen = asked or ("loss" if validated else TRAINING_LOSS)
        check_metric(chosen, self.measured if validated else (TRAINING_LOSS,))
        return chosen


def subject_of(
    source: TaskSource, *, loop: LoopKind | None, threads: int, here: bool, name: str | None
) -> Subject:
    """Return the subject of a task, and let this process compute with so many threads.

    What trains `here`, in this process, computes with the threads that are in force.

    Raises:
        TaskError: a task that can't be trained.
    """
    in_force = set_threads(threads)
    task = resolve_task(source)
    model, measured = checked_model(task)
    return Subject(
        name=name or _name_of(source),
        source=source,
        task=task,
        task_key=task_identity(source, task, model),
        kind=choose_loop(task, model, asked=loop),
        threads=in_force if here else threads,
        in_force=in_force,
        measured=measured,
    )


def threads_note(subject: Subject, asked: int, *, here: bool) -> list[str]:
    """Return what to say where this process can't compute with the threads asked for."""
    if not here or subject.in_force == asked:
        return []
    return [
        f"{keras.backend.backend()} has computed in this process before, so that a trial uses "
        f"{subject.in_force} threads, not {asked}."
    ]


def _name_of(source: TaskSource) -> str:
    """Return a name for a task: that of the function that makes it, with its module."""
    if inspect.isfunction(source):
        return f"{source.__module__}:{source.__qualname__}"
    return "task"

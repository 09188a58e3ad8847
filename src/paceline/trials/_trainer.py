"""Runs trials one after another, and keeps what can serve the next one."""

import dataclasses
import platform
import resource
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence

import keras
import numpy as np
import numpy.typing as npt

from paceline.schedules import Schedule
from paceline.trials._compiled_loop import CompiledLoop
from paceline.trials._errors import TaskError
from paceline.trials._fit_loop import run_fit
from paceline.trials._loop_kind import LoopKind, loop_for
from paceline.trials._outcome import Outcome, Status, final_mean
from paceline.trials._record import Record
from paceline.trials._seeds import Seeds
from paceline.trials._task import Task
from paceline.trials._variant import OptimizerOf, Variant

TaskSource = Task | Callable[[], Task]
"""A task, or the function that makes it."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Trial:
    """One variant, by its name, with one seed."""

    variant: str
    seed: int
    schedule: Schedule | None = None
    """Of this trial alone, bound to its horizon; None: that of the variant of this name."""
    horizon: int | None = None
    """Updates; None: the task's."""


def resolve_task(source: TaskSource) -> Task:
    """Return the task that `source` is or makes.

    Raises:
        TaskError: a function that returns something else.
    """
    task = source() if callable(source) else source
    if not isinstance(task, Task):
        raise TaskError(
            f"A task is a paceline.Task or a function that returns one; got {task!r} "
            f"({type(task).__name__})."
        )
    return task


class Trainer:
    """Trains the variants of one task in this process; each optimizer's loop is traced once."""

    def __init__(self, source: TaskSource, variants: Mapping[str, Variant], kind: LoopKind) -> None:
        """Take a task, its variants (bound to the task's horizon) by name, and the kind of loop."""
        self._source = source
        self._task = resolve_task(source)
        self._variants = variants
        self._kind = kind
        self._loops: dict[OptimizerOf, CompiledLoop] = {}

    def run(self, trial: Trial) -> Outcome:
        """Train once. An exception becomes a `failed` outcome."""
        return self.run_together([trial])[0]

    def run_together(self, trials: Sequence[Trial]) -> list[Outcome]:
        """Train trials of one seed, horizon and optimizer; their outcomes are those of each alone.

        The whole epochs in which they begin alike are trained once. Of each outcome, the seconds
        are those since the one before it.
        """
        try:
            return self._trained(trials)
        except Exception as error:
            if len(trials) > 1:
                return [self.run(trial) for trial in trials]
            text = "".join(traceback.format_exception_only(error)).strip()
            [trial] = trials
            return [self._outcome(trial, Record(), np.empty(0), seconds=0.0, error=text)]

    def _trained(self, trials: Sequence[Trial]) -> list[Outcome]:
        start = time.perf_counter()
        ended: dict[int, Outcome] = {}
        for number, record, rates in self._train(trials):
            now = time.perf_counter()
            ended[number] = self._outcome(trials[number], record, rates, seconds=now - start)
            start = now
        return [ended[number] for number in range(len(trials))]

    def _outcome(
        self,
        trial: Trial,
        record: Record,
        rates: npt.NDArray[np.float64],
        *,
        seconds: float,
        error: str | None = None,
    ) -> Outcome:
        return Outcome(
            variant=trial.variant,
            seed=trial.seed,
            status="failed" if error else _status(record, self._task.updates_per_epoch),
            rates=rates,
            losses=record.all_losses,
            steps_per_epoch=self._task.updates_per_epoch,
            validation=record.validation_series,
            test=record.test,
            seconds=seconds,
            peak_memory=_peak_memory(),
            versions=versions(),
            error=error,
        )

    def _train(
        self, trials: Sequence[Trial]
    ) -> Iterator[tuple[int, Record, npt.NDArray[np.float64]]]:
        """Yield a trial's number, what came out, and the rate of every update."""
        variants = [self._variant(trial) for trial in trials]
        plans = [
            variant.schedule(np.arange(trial.horizon or self._task.horizon))
            for trial, variant in zip(trials, variants, strict=True)
        ]
        seeds = Seeds(trials[0].seed)
        if loop_for(self._kind, variants[0]) == "fit":
            for number, (variant, rates) in enumerate(zip(variants, plans, strict=True)):
                yield number, *run_fit(self._task_of(seeds), variant, seeds, rates)
            return
        optimizer = variants[0].optimizer or self._task.optimizer
        if optimizer not in self._loops:
            self._loops[optimizer] = _compiled_loop(self._kind, self._task, optimizer)
        for number, record in self._loops[optimizer].run(seeds, plans):
            yield number, record, plans[number][: len(record.all_losses)]

    def _variant(self, trial: Trial) -> Variant:
        if trial.schedule is not None:
            return Variant(schedule=trial.schedule)
        return self._variants[trial.variant]

    def _task_of(self, seeds: Seeds) -> Task:
        if self._task.has_arrays or not callable(self._source):
            return self._task
        seeds.start()  # a data set that shuffles does so by the seed
        return resolve_task(self._source)


def _compiled_loop(kind: LoopKind, task: Task, optimizer: OptimizerOf) -> CompiledLoop:
    if kind in {"graph", "xla"}:
        from paceline.trials._tensorflow_loop import TensorFlowLoop

        return TensorFlowLoop(task, optimizer, xla=kind == "xla")
    from paceline.trials._jax_loop import JaxLoop

    return JaxLoop(task, optimizer, scan=kind == "scan")


def _status(record: Record, steps_per_epoch: int) -> Status:
    losses = record.all_losses
    is_worse = len(losses) > 0 and final_mean(losses, steps_per_epoch) > losses[0]
    return "diverged" if record.diverged or is_worse else "done"


def _peak_memory() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def versions() -> dict[str, str]:
    """Return the versions that a trial's numbers depend on."""
    from importlib.metadata import version

    backend = keras.backend.backend()
    return {
        "python": platform.python_version(),
        "paceline": version("paceline"),
        "keras": keras.version(),
        backend: sys.modules[backend].__version__,
        "numpy": np.__version__,
    }

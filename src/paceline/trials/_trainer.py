"""Runs trials one after another, and keeps what can serve the next one."""

import dataclasses
import platform
import resource
import sys
import time
import traceback
from collections.abc import Callable, Mapping

import keras
import numpy as np
import numpy.typing as npt

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
        start = time.perf_counter()
        error = None
        record, rates = Record(), np.empty(0)
        try:
            record, rates = self._train(self._variants[trial.variant], Seeds(trial.seed))
        except Exception as problem:
            error = "".join(traceback.format_exception_only(problem)).strip()
        losses = record.all_losses
        return Outcome(
            variant=trial.variant,
            seed=trial.seed,
            status="failed" if error else _status(record, self._task.updates_per_epoch),
            rates=rates,
            losses=losses,
            steps_per_epoch=self._task.updates_per_epoch,
            validation=record.validation_series,
            test=record.test,
            seconds=time.perf_counter() - start,
            peak_memory=_peak_memory(),
            versions=versions(),
            error=error,
        )

    def _train(self, variant: Variant, seeds: Seeds) -> tuple[Record, npt.NDArray[np.float64]]:
        rates = variant.schedule(np.arange(self._task.horizon))
        if loop_for(self._kind, variant) == "fit":
            task = self._task
            if not task.has_arrays and callable(self._source):
                seeds.start()  # a data set that shuffles does so by the seed
                task = resolve_task(self._source)
            return run_fit(task, variant, seeds, rates)
        optimizer = variant.optimizer or self._task.optimizer
        if optimizer not in self._loops:
            self._loops[optimizer] = _compiled_loop(self._kind, self._task, optimizer)
        record = self._loops[optimizer].run(seeds, rates)
        return record, rates[: len(record.all_losses)]


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

"""The verb: the best schedule within a budget."""

import contextlib
import dataclasses
from collections.abc import Sequence
from pathlib import Path

from paceline.comparison._compare import check_counts, check_margin
from paceline.comparison._subject import subject_of, threads_note
from paceline.execution import Runner, Store
from paceline.schedules import _checks
from paceline.trials import LoopKind, TaskSource
from paceline.tuning._budget import Budget, Ledger, read_budget
from paceline.tuning._families import FAMILIES, LEAST_UPDATES
from paceline.tuning._memory import memory_of
from paceline.tuning._result import TuneResult
from paceline.tuning._shares import RANGE_TEST
from paceline.tuning._view import View
from paceline.tuning._work import Asked, Work


def tune(
    task: TaskSource,
    *,
    budget: float | str | Budget,
    families: Sequence[str] = tuple(FAMILIES),
    peaks: tuple[float, float] | None = None,
    confirm: float = 0.5,
    metric: str | None = None,
    margin: float | None = None,
    seed: int = 0,
    store: str | Path | None = None,
    workers: int | None = None,
    threads: int = 1,
    loop: LoopKind | None = None,
    on: str | None = None,
    name: str | None = None,
    command: str | None = None,
    progress: bool = True,
) -> TuneResult:
    """Search for the best learning-rate schedule of a task within a budget, and confirm it.

    1. `find` gives a peak; the search reaches a decade to each side of it.
    2. Every family gets the same share of the updates: its defaults, Sobol points, then what
       Optuna's estimator suggests. A trial is the whole schedule over a ninth of the horizon.
    3. The best go up to a third of the horizon, and then to all of it. How the ranks agree is
       measured: where the correlation is below 0.5, the longer horizon is explored instead. Then
       other peaks around the best are tried.
    4. The best of the best families and the tuned linear decay to zero are trained on seeds that
       the search has not seen, and measured on the test data where the task has some. Only that
       is the result.

    The same call with the same store goes on where it was stopped, and ends with the same result.

    Args:
        task: a `paceline.Task`, or the function that makes it.
        budget: full runs (60), updates ("50000 steps") or time ("2h", "90m"), the search included.
            A time becomes updates once, by timing a few.
        families: which schedules; see `paceline.tuning.FAMILIES`. Linear is always among them.
        peaks: the smallest and the largest peak, instead of what `find` suggests.
        confirm: the share of the budget that is kept for the confirmation, from 0 to 1.
        metric: the validation metric that decides; None: "loss".
        margin: the difference of the metric that does not matter; see `paceline.compare`.
        seed: of the search; the confirmation has those that follow.
        store: a SQLite file or a database URL that remembers every trial and every decision; None:
            nothing is kept.
        workers: 1 (or None) trains in this process; more train in that many processes. On a
            cluster, how many trials run at once; None: as many as it has room for.
        threads: threads a trial computes with.
        loop: the kind of compiled loop; None: the one that the backend and device ask for.
        on: the address of a Ray cluster, such as "ray://head:10001", or "ray" for one on this
            machine; None: no cluster.
        name: what the task is called; None: the name of its function.
        command: the command line that the report says makes it again; None: it says none.
        progress: whether to show progress.

    Returns:
        The result; `result.best.schedule` goes into an optimizer.

    Raises:
        TaskError: a task that can't be trained.
        ValueError: a budget too small for one full run, families or peaks that make no sense; no
            peak is found, or every trial of the search diverged or failed.
        StoreError: a store that can't be used.
        StoppedError: Ctrl-C; what was done is in the store.

    Example:
        >>> result = tune(task, budget="2h", store="trials.sqlite")          # doctest: +SKIP
        >>> optimizer = keras.optimizers.SGD(result.best.schedule)           # doctest: +SKIP
    """
    check_counts("tune", workers=1 if workers is None else workers, threads=threads)
    check_margin("tune", margin)
    asked = Asked(
        budget=read_budget(budget),
        families=checked_families(families),
        peaks=checked_peaks(peaks),
        confirm=checked_share(confirm),
        seed=_checks.count(seed, owner="tune", name="seed", least=0, fix="It is a whole number."),
        metric=metric,
    )
    here = on is None and workers in {None, 1}
    subject = subject_of(task, loop=loop, threads=threads, here=here, name=name)
    asked = dataclasses.replace(asked, metric=subject.metric(metric))
    check_horizon(int(subject.task.horizon), asked.budget, finds=asked.peaks is None)
    with contextlib.ExitStack() as opened:
        ledger = Ledger(limit=0)
        view = opened.enter_context(View(ledger, shown=progress))
        keeper = (
            None
            if store is None
            else opened.enter_context(Store(store, experiment=subject.task_key, say=view.say))
        )
        for note in threads_note(subject, threads, here=here):
            view.say(f"Note: {note}")
        runner = opened.enter_context(
            Runner(
                subject.plan({}, {}),
                store=keeper,
                workers=workers,
                threads=threads,
                say=view.say,
                on=on,
            )
        )
        work = Work(
            asked=asked,
            subject=subject,
            margin=margin,
            command=command,
            ledger=ledger,
            runner=runner,
            store=keeper,
            view=view,
            memory=memory_of(keeper, subject=subject, asked=dataclasses.asdict(asked)),
        )
        return work.done()


def checked_families(families: Sequence[str]) -> tuple[str, ...]:
    """Return the families in their usual order; linear is always among them."""
    if isinstance(families, str) or not families:
        raise ValueError(
            f"tune needs families, a list of names; got {families!r}. Known are: "
            f"{', '.join(FAMILIES)}."
        )
    unknown = [name for name in families if name not in FAMILIES]
    if unknown:
        raise ValueError(
            f"tune knows no family {unknown[0]!r}. Known are: {', '.join(FAMILIES)}. To compare a "
            "schedule of your own use paceline.compare."
        )
    return tuple(name for name in FAMILIES if name in families or name == "linear")


def checked_peaks(peaks: tuple[float, float] | None) -> tuple[float, float] | None:
    """Return the smallest and the largest peak."""
    if peaks is None:
        return None
    fix = "Give the smallest and the largest, such as peaks=(0.01, 1)."
    if isinstance(peaks, str) or not hasattr(peaks, "__len__") or len(peaks) != 2:
        raise ValueError(f"tune needs two peaks; got peaks={peaks!r}. {fix}")
    low, high = (_checks.above_zero(peak, owner="tune", name="peaks", fix=fix) for peak in peaks)
    if low >= high:
        raise ValueError(f"tune needs peaks that rise; got peaks={peaks!r}. {fix}")
    return low, high


def checked_share(confirm: float) -> float:
    """Return the share that is kept for the confirmation."""
    return _checks.between(
        confirm, owner="tune", name="confirm", least=0, most=1, fix="0.5 keeps half."
    )


def check_horizon(horizon: int, budget: Budget, *, finds: bool) -> None:
    """Refuse a task that is too short, or a budget that does not train it once."""
    if horizon < LEAST_UPDATES:
        raise ValueError(
            f"tune needs a task of {LEAST_UPDATES} updates or more, so that a warm-up has some; "
            f"got {horizon}. Train for more epochs, or name a few schedules and compare them."
        )
    if budget.unit != "seconds" and budget.steps(horizon) < horizon:
        raise ValueError(
            f"A budget of {budget} is less than one full run of {horizon:,} updates. "
            "Give 60 full runs, say."
        )
    if budget.unit != "seconds" and finds and budget.steps(horizon) < horizon + RANGE_TEST:
        raise ValueError(
            f"A budget of {budget} is {budget.steps(horizon):,} updates, less than the sum of "
            f"{RANGE_TEST} for the range test and {horizon:,} for one full run. Give 60 full runs, "
            "say, or the peaks yourself."
        )

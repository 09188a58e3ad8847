"""A search while it runs: the stages, one after another."""

import dataclasses
from collections.abc import Mapping, Sequence

from paceline.comparison import ComparisonResult, metric_name, plural, text
from paceline.comparison._environment import environment_of
from paceline.comparison._metric import TEST, TRAINING_LOSS, grows
from paceline.comparison._numbers import interval_text, mean_text
from paceline.comparison._subject import Subject
from paceline.execution import Counts, Runner, Store
from paceline.range_test import RangeTestResult, find
from paceline.schedules import constant
from paceline.trials import Outcome, Trial
from paceline.tuning._budget import Budget, Ledger
from paceline.tuning._confirm import (
    Size,
    confirmation_size,
    confirmed,
    finalists,
    named,
    planned_confirmation,
)
from paceline.tuning._evaluate import Evaluator
from paceline.tuning._families import Point, shortened
from paceline.tuning._load import kept
from paceline.tuning._memory import Memory
from paceline.tuning._result import TuneResult, choice_of
from paceline.tuning._rungs import rungs_of
from paceline.tuning._search import Search
from paceline.tuning._space import Space, space_around
from paceline.tuning._standings import Standing
from paceline.tuning._trials import SearchTrial
from paceline.tuning._view import View


@dataclasses.dataclass(frozen=True, kw_only=True)
class Asked:
    """What makes a search that search, beside its subject."""

    budget: Budget
    families: tuple[str, ...]
    peaks: tuple[float, float] | None
    confirm: float
    seed: int
    metric: str | None


@dataclasses.dataclass(kw_only=True)
class Work:
    """A search, with all that it needs."""

    asked: Asked
    subject: Subject
    margin: float | None
    command: str | None
    ledger: Ledger
    runner: Runner
    store: Store | None
    view: View
    memory: Memory

    @property
    def _horizon(self) -> int:
        return int(self.subject.task.horizon)

    @property
    def _metric(self) -> str:
        return str(self.asked.metric)

    @property
    def _confirmed_metric(self) -> str:
        """On the test data, where the task has some: the search selected by the others."""
        if self.subject.task.test is None:
            return self._metric
        return f"{TEST}{'loss' if self._metric == TRAINING_LOSS else self._metric}"

    def done(self) -> TuneResult:
        """Return the result, once every stage is through.

        Raises:
            ValueError: no peak is found; a budget too small; no trial of the search ended well.
        """
        self.memory.begin()
        if self.memory.once("result") is None:
            self.runner.reach()
        space, start = self._space()
        self.ledger.limit = self._limit(start)
        size = confirmation_size(int(self.asked.confirm * self.ledger.limit) // self._horizon)
        held = size.runs * self._horizon if size else 0
        search = self._search(space, start, self.ledger.limit - held)
        search.run()
        ranked, baseline = search.best, search.baseline()
        if not ranked or baseline is None:
            raise ValueError(_nothing(search.trials, search.space))
        others = finalists(ranked, baseline=baseline, count=size.finalists if size else 1)
        points = named(others, baseline)
        found, keys = self._confirmation(points, size)
        names = {point: name for name, point in points.items()}
        best = found.summaries[0].variant if found else names[ranked[0].point]
        result = TuneResult(
            task=self.subject.name,
            horizon=self._horizon,
            metric=self._metric,
            higher_is_better=grows(self._metric),
            budget=str(self.asked.budget),
            limit=self.ledger.limit,
            spent=dict(self.ledger.spent),
            peaks=(space.low, space.high),
            start=start,
            edge=search.edge,
            families=space.families,
            trials=tuple(search.trials),
            rungs=tuple(search.rungs),
            best=choice_of(best, points[best], self._horizon),
            baseline=choice_of(next(iter(points)), baseline, self._horizon),
            confirmation=found,
            confirm=self.asked.confirm,
            environment=environment_of(self.subject, workers=self.runner.workers),
            command=self.command,
        )
        self.memory.keep("result", kept(result, points, keys))
        return result

    def _space(self) -> tuple[Space, float]:
        """Return the space, and the peak at which the defaults are tried."""
        if self.asked.peaks is not None:
            low, high = self.asked.peaks
            space = Space(low=low, high=high, families=self.asked.families)
            return space, float(space.peak().default)
        found = self.memory.once("range test")
        if found is None:
            self.view.begin("find")
            with self.runner.may_stop():
                curve = find(self.subject.source, seed=self.asked.seed, verbose=False)
            if curve.suggestion is None:
                raise ValueError(
                    f"The range test finds no peak to search around. {curve.verdict} Give the "
                    "peaks yourself: peaks=(0.01, 1), on the command line --peaks 0.01:1."
                )
            found = {"rate": shortened(curve.suggestion.rate), "updates": _updates(curve)}
            self.memory.keep("range test", found)
        self.ledger.spend("find", found["updates"])
        return space_around(found["rate"], self.asked.families), found["rate"]

    def _limit(self, start: float) -> int:
        """Return the budget in updates: a time is made into them once, and remembered."""
        budget = self.asked.budget
        if budget.unit != "seconds":
            return budget.steps(self._horizon)
        timed = self.memory.once("calibration")
        if timed is None:
            timed = self._timed(start)
            self.memory.keep("calibration", timed)
        self.ledger.spend("calibrate", timed["updates"])
        limit = budget.steps(
            self._horizon, seconds_per_step=timed["seconds"], workers=self.memory.once("workers")
        )
        if limit < self._horizon:
            whole = self._horizon * timed["seconds"]
            raise ValueError(
                f"A budget of {budget} is less than one full run, which takes {whole:.0f} s here. "
                "Give at least 40 times that for a verdict."
            )
        return limit

    def _timed(self, start: float) -> dict[str, float]:
        """Time the second of two trainings that share nothing: the first one traces."""
        horizon = rungs_of(self._horizon)[0]
        trials = [
            Trial(
                variant="calibration",
                seed=self.asked.seed,
                schedule=constant(peak=peak, steps=horizon),
                horizon=horizon,
            )
            for peak in (start, start / 2)
        ]
        self.view.begin("calibrate")
        outcomes = self.runner.measure(trials)
        self.memory.keep("workers", self.runner.workers)
        last = outcomes[-1]
        if last.error is not None:
            raise ValueError(
                f"A step can't be timed, so that a time is no budget here: {last.error}. Give the "
                "budget in full runs, or mend the task."
            )
        return {"seconds": last.seconds / len(last.losses), "updates": 2 * horizon}

    def _search(self, space: Space, start: float, limit: int) -> Search:
        evaluator = Evaluator(
            subject=self.subject,
            runner=self.runner,
            ledger=self.ledger,
            metric=self._metric,
            decided=self.memory.generations,
            remember=self.memory.remember,
            watch=self.view.watch,
        )
        return Search(
            space=space,
            horizons=rungs_of(self._horizon),
            limit=limit,
            start=start,
            seed=self.asked.seed,
            spent=lambda: self.ledger.total,
            evaluate=evaluator,
            say=self.view.say,
            told=self._tell_best,
        )

    def _tell_best(self, best: Standing) -> None:
        shown = -best.value if grows(self._metric) else best.value
        self.view.best(
            f"{best.expression}: {metric_name(self._metric)} {text(shown)} after {best.horizon:,} "
            f"updates, {plural(best.seeds, 'seed')}"
        )

    def _confirmation(
        self, points: Mapping[str, Point], size: Size | None
    ) -> tuple[ComparisonResult | None, list[str]]:
        """Return what the confirmation found, and the keys of its trials."""
        if size is None:
            return None, []
        seeds = [self.asked.seed + number for number in range(1, size.seeds + 1)]
        plan, protocol = planned_confirmation(
            self.subject,
            points,
            seeds=seeds,
            metric=self._confirmed_metric,
            margin=self.margin,
            workers=self.runner.workers,
            command=self.command,
        )
        keys = list(plan.execution.trials)
        self.ledger.spend("confirm", len(keys) * self._horizon)
        self.memory.keep("confirming", keys)  # so that a report knows what it is of, if stopped

        def watch(counts: Counts, outcomes: Mapping[str, Outcome]) -> None:
            if outcomes:
                now = protocol.result(outcomes.values())
                row = now.summaries[0]
                mean = now.primary(row)
                self.view.best(
                    f"{row.variant}: {metric_name(now.metric)} "
                    f"{f'{mean_text(mean)} {interval_text(mean)}'.strip()} "
                    f"over {plural(mean.count, 'seed')}"
                )
            self.view.watch("confirm", self._horizon, counts, outcomes)

        found = confirmed(plan, protocol, runner=self.runner, store=self.store, told=watch)
        return found, keys


def _updates(curve: RangeTestResult) -> int:
    return sum(each.updates * len(each.rates) for each in curve.replays)


def _nothing(trials: Sequence[SearchTrial], space: Space) -> str:
    diverged = sum(trial.result.status == "diverged" for trial in trials)
    first = next((trial.result.error for trial in trials if trial.result.error), None)
    error = f" The first error: {first}." if first else ""
    return (
        f"None of the {plural(len(trials), 'schedule')} that were tried ended well, with peaks "
        f"from {space.low:.3g} to {space.high:.3g}: {diverged} diverged, "
        f"{len(trials) - diverged} failed.{error} Give other peaks, smaller "
        f"ones such as peaks=({space.low / 1000:.0e}, {space.low:.0e}), or look whether any rate "
        "trains the model: paceline find TASK."
    )

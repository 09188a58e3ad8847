"""What a search found."""

import csv
import dataclasses
from pathlib import Path
from typing import Any

import altair as alt

from paceline.comparison import ComparisonResult, Summary
from paceline.schedules import Schedule, save_schedule
from paceline.tuning._charts import charts, whole_chart
from paceline.tuning._families import Point
from paceline.tuning._rungs import Rung, peak_over
from paceline.tuning._trials import SearchTrial
from paceline.tuning._verdict import verdict_sentences


@dataclasses.dataclass(frozen=True, kw_only=True)
class Choice:
    """A schedule that the search ends with."""

    name: str
    """Of its variant in the confirmation."""
    recipe: Schedule
    """Without its horizon: bind it to another with `recipe.over(steps)`."""
    schedule: Schedule
    """Over the task's horizon: what `model.compile` takes."""

    @property
    def code(self) -> str:
        """A line of Python that makes the schedule."""
        return f"paceline.{repr(self.recipe)[:-1]}, steps={self.schedule.length})"


def choice_of(name: str, point: Point, horizon: int) -> Choice:
    """Return the choice of a point."""
    recipe: Any = point.schedule
    return Choice(name=name, recipe=recipe, schedule=recipe.over(horizon))


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class TuneResult:
    """The schedule that a search within a budget ends with, and everything it rests on.

    Only what the confirmation measured, on seeds that the search has not seen, is the result; the
    values of the search are those that were selected by, and look better than they are.
    """

    task: str
    horizon: int
    """Updates of one training."""
    metric: str
    """That the search selected by; the confirmation's is on the test data, where there are some."""
    higher_is_better: bool
    budget: str
    """As it was asked for."""
    limit: int
    """The budget in updates."""
    spent: dict[str, int]
    """Updates that were trained, by stage."""
    peaks: tuple[float, float]
    """The interval that was searched at first."""
    start: float
    """The peak that the range test suggests, or the middle of the peaks that were given."""
    edge: str | None
    """At which end of the interval the best was, so that it was widened."""
    families: tuple[str, ...]
    trials: tuple[SearchTrial, ...]
    """In the order in which they were decided."""
    rungs: tuple[Rung, ...]
    """How the ranks on shorter horizons agree with those on longer ones."""
    best: Choice
    """The best mean of the confirmation; without one, the best of the search."""
    baseline: Choice
    """The tuned linear decay to zero."""
    confirmation: ComparisonResult | None
    """None: the budget had no room for one."""
    environment: dict[str, str]
    confirm: float = 0.5
    """The share of the budget that was kept for it."""
    command: str | None = None
    """The command line that makes this result again."""

    @property
    def gain(self) -> Summary | None:
        """What the confirmation found of the best; its `contrast` is against the baseline."""
        if self.confirmation is None:
            return None
        rows = {row.variant: row for row in self.confirmation.summaries}
        return rows[self.best.name]

    @property
    def runs(self) -> float:
        """What was spent, in full trainings."""
        return sum(self.spent.values()) / self.horizon

    @property
    def verdict(self) -> str:
        """What was found, in words; the first sentence is the answer."""
        return " ".join(verdict_sentences(self))

    def __str__(self) -> str:
        return self.verdict

    def __repr__(self) -> str:
        """Return the answer in one line."""
        return f"<TuneResult: {self.best.code}>"

    def save(self, path: str | Path) -> Path:
        """Write the best schedule to a JSON file, which `paceline.load_schedule` reads."""
        target = Path(path)
        save_schedule(self.best.schedule, target)
        return target

    def charts(self) -> dict[str, alt.LayerChart | alt.VConcatChart]:
        """Return the charts of the search by name: schedule, search, progress, rungs and budget."""
        return charts(self)

    def chart(self) -> alt.VConcatChart:
        """Return one chart of several: the schedule, and how it was found."""
        return whole_chart(self)

    def shown_value(self, trial: SearchTrial) -> float:
        """Return the primary metric of a trial, as it was measured."""
        return -trial.value if self.higher_is_better else trial.value

    def _row(self, trial: SearchTrial) -> dict[str, Any]:
        return {
            "family": trial.point.family,
            "schedule": trial.expression,
            "peak": trial.point.peak,
            "trained_peak": peak_over(trial.point.peak, horizon=trial.horizon, whole=self.horizon),
            "stage": trial.stage,
            "seed": trial.seed,
            "updates": trial.horizon,
            "status": trial.result.status,
            self.metric: self.shown_value(trial),
            "error": trial.result.error,
        }

    def to_csv(self, path: str | Path) -> Path:
        """Write one line a trial of the search to the CSV file `path`, and return the path."""
        target = Path(path)
        rows = [self._row(trial) for trial in self.trials]
        with target.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, fieldnames=list(rows[0]) if rows else [])
            writer.writeheader()
            writer.writerows(rows)
        return target

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON-able values."""
        return {
            "task": self.task,
            "best": {"name": self.best.name, "code": self.best.code},
            "baseline": {"name": self.baseline.name, "code": self.baseline.code},
            "verdict": self.verdict,
            "metric": self.metric,
            "higher_is_better": self.higher_is_better,
            "horizon": self.horizon,
            "budget": self.budget,
            "limit": self.limit,
            "spent": self.spent,
            "runs": self.runs,
            "peaks": list(self.peaks),
            "start": self.start,
            "edge": self.edge,
            "rungs": [{**dataclasses.asdict(rung), "trusted": rung.trusted} for rung in self.rungs],
            "trials": [self._row(trial) for trial in self.trials],
            "confirmation": self.confirmation and self.confirmation.to_dict(),
            "environment": self.environment,
            "command": self.command,
        }

"""What a comparison found."""

import csv
import dataclasses
import functools
import io
import itertools
from pathlib import Path
from typing import Any

import altair as alt
import numpy as np
import numpy.typing as npt

from paceline.comparison._charts import charts, whole_chart
from paceline.comparison._contrast import Contrast, Values, beats, contrasts
from paceline.comparison._curves import mean_curves
from paceline.comparison._metric import TRAINING_LOSS
from paceline.comparison._statistics import Estimate, estimate
from paceline.comparison._summary import (
    Summary,
    gap,
    steps_to,
    summarise,
    values_of,
)
from paceline.comparison._table import ResultTable, result_table
from paceline.comparison._verdict import verdict, verdict_sentences
from paceline.forecast import Curve
from paceline.trials import Outcome


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class ComparisonResult:
    """The outcomes of a comparison, and every number that is shown of them."""

    task: str
    horizon: int
    """Updates of one training."""
    metric: str
    """The primary metric: a validation metric, or "training_loss" without validation data."""
    higher_is_better: bool
    baseline: str
    target: float
    """The validation loss that steps to target counts to."""
    margin: float
    """The difference of the primary metric that does not matter; NaN where there is none."""
    margin_rule: str
    """Where the margin comes from, in words."""
    seeds: tuple[int, ...]
    schedules: dict[str, str]
    """The expression of each variant's schedule, by the variant's name, in the order asked for."""
    rates: dict[str, npt.NDArray[np.float64]]
    """[horizon]: the planned rate of each update, by variant."""
    outcomes: tuple[Outcome, ...]
    """Sorted by variant, in the order asked for, then by seed."""
    again: tuple[Outcome, ...] = ()
    """The baseline's on as many other seeds, of an A/A run."""
    environment: dict[str, str]
    """Versions, hardware, loop kind and threads, in words."""
    command: str | None = None
    """The command line that makes this result again."""

    @functools.cached_property
    def _by_variant(self) -> dict[str, list[Outcome]]:
        found: dict[str, list[Outcome]] = {name: [] for name in self.schedules}
        for outcome in self.outcomes:
            found[outcome.variant].append(outcome)
        return found

    def of(self, variant: str) -> list[Outcome]:
        """Return the outcomes of `variant`, sorted by seed."""
        return list(self._by_variant[variant])

    def values(self, variant: str) -> Values:
        """Return the primary metric of `variant` by seed, NaN where the trial diverged."""
        return values_of(self._by_variant[variant], self.metric)

    @functools.cached_property
    def summaries(self) -> list[Summary]:
        """A row for each variant, the best mean of the primary metric first."""
        rows = summarise(
            self._by_variant,
            baseline=self.baseline,
            metric=self.metric,
            higher_is_better=self.higher_is_better,
            target=self.target,
            margin=self.margin,
            horizon=self.horizon,
        )
        return sorted(rows.values(), key=self._rank)

    @functools.cached_property
    def noise_floor(self) -> Contrast | None:
        """The baseline against itself on other seeds; None without an A/A run.

        The seeds are paired in their order, which pairs nothing: what it finds is noise.
        """
        if not self.again:
            return None
        seeds = sorted(outcome.seed for outcome in self.again)
        partner = dict(zip(seeds, sorted(self.seeds), strict=False))  # a stopped run has fewer
        values = {
            partner[seed]: value for seed, value in values_of(self.again, self.metric).items()
        }
        found = contrasts(
            {self.baseline: values},
            baseline=self.values(self.baseline),
            higher_is_better=self.higher_is_better,
            margin=self.margin,
        )
        return found[self.baseline]

    def beats(self) -> npt.NDArray[np.float64]:
        """Return [variants, variants], in the order asked for: P(row beats column), NaN on itself.

        The share of seeds on which the row's primary metric is better, ties counting half.
        """
        values = {name: self.values(name) for name in self.schedules}
        found = np.full((len(values), len(values)), np.nan)
        for (row, one), (column, two) in itertools.permutations(enumerate(values.values()), 2):
            found[row, column] = beats(one, two, higher_is_better=self.higher_is_better)
        return found

    def _rank(self, row: Summary) -> tuple[bool, float]:
        estimate = self.primary(row)
        value = -estimate.mean if self.higher_is_better else estimate.mean
        return (row.diverged > 0 or not np.isfinite(value), value)

    def primary(self, row: Summary) -> Estimate:
        """Return the estimate of the primary metric in `row`."""
        if self.metric == TRAINING_LOSS:
            return row.training_loss
        return row.final.get(self.metric, estimate([]))

    @property
    def metric_names(self) -> list[str]:
        """The validation loss and metrics that were measured."""
        return list(dict.fromkeys(name for item in self.outcomes for name in item.validation))

    @property
    def verdict(self) -> str:
        """What the comparison found, in words; the first sentence is the answer."""
        return verdict(self)

    def __str__(self) -> str:
        return f"{self.verdict}\n{self.table()}"

    def __repr__(self) -> str:
        """Return the answer in one line."""
        return f"<ComparisonResult: {verdict_sentences(self)[0]}>"

    def table(self) -> ResultTable:
        """Return the table, which shows itself in a terminal and in a notebook."""
        return result_table(self)

    def charts(self) -> dict[str, alt.LayerChart | alt.VConcatChart]:
        """Return the charts by name: rates, losses over a strip of the rates, final, and more."""
        return charts(self)

    def chart(self) -> alt.VConcatChart:
        """Return one chart of several: rates, losses with seed bands, the final metric by seed."""
        return whole_chart(self)

    def curves(self, *, loss: str | None = None) -> dict[str, Curve]:
        """Return the loss curve of each variant, the mean over its seeds, for `forecast.fit`.

        The training loss of every update, as it has points enough to fit a law to and that law's
        subject is how a loss falls, not overfitting; the mean, as one seed's is mostly the noise of
        its batches. Trials that diverged or failed are left out, and variants that have no other.
        Where a callback gave the seeds different rates, each seed has a curve: "VARIANT/SEED".

        Args:
            loss: "val_loss": the validation loss after each epoch instead.

        Raises:
            ValueError: no trial ended well; no such loss.
        """
        found: dict[str, Curve] = {}
        for variant, outcomes in self._by_variant.items():
            found |= mean_curves(outcomes, variant=variant, loss=loss)
        if not found:
            raise ValueError(
                f"curves needs a trial that ended well; {self.task!r} has none. Compare smaller "
                "rates."
            )
        return found

    def csv(self) -> str:
        """Return one line a trial as CSV, below a line of names."""
        lines = [self._trial(outcome) for outcome in self.outcomes]
        written = io.StringIO()
        writer = csv.DictWriter(written, fieldnames=list(lines[0]) if lines else [])
        writer.writeheader()
        writer.writerows(lines)
        return written.getvalue()

    def to_csv(self, path: str | Path) -> Path:
        """Write one line a trial to the CSV file `path`, and return the path."""
        target = Path(path)
        if not self.outcomes:
            raise ValueError(f"No trial has run, so there is nothing to write to {target}.")
        target.write_text(self.csv(), encoding="utf-8", newline="")
        return target

    def _trial(self, outcome: Outcome) -> dict[str, Any]:
        return {
            "variant": outcome.variant,
            "schedule": self.schedules[outcome.variant],
            "seed": outcome.seed,
            "status": outcome.status,
            "updates": len(outcome.losses),
            "training_loss": outcome.final_training_loss,
            **{f"validation_{name}": outcome.final(name) for name in self.metric_names},
            "gap": gap(outcome),
            "steps_to_target": steps_to(outcome, self.target),
            **{f"test_{name}": value for name, value in outcome.test.items()},
            "error": outcome.error,
        }

    def to_dict(self) -> dict[str, Any]:
        """Return the protocol, a summary of each variant and every trial as JSON-able values."""
        return {
            "task": self.task,
            "horizon": self.horizon,
            "metric": self.metric,
            "higher_is_better": self.higher_is_better,
            "baseline": self.baseline,
            "target": self.target,
            "margin": self.margin,
            "margin_rule": self.margin_rule,
            "seeds": list(self.seeds),
            "schedules": self.schedules,
            "summaries": [dataclasses.asdict(row) for row in self.summaries],
            "noise_floor": self.noise_floor and dataclasses.asdict(self.noise_floor),
            "verdict": self.verdict,
            "trials": [
                {**self._trial(outcome), "seconds": outcome.seconds} for outcome in self.outcomes
            ],
            "environment": self.environment,
            "command": self.command,
        }

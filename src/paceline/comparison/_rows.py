"""The table of a comparison, as text."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

from paceline.comparison._numbers import interval_text, mean_text, text
from paceline.comparison._statistics import Estimate
from paceline.comparison._summary import Summary

if TYPE_CHECKING:
    from paceline.comparison._result import ComparisonResult


@dataclasses.dataclass(frozen=True, kw_only=True)
class Cell:
    """A mean over seeds and its 95 % interval, as they are shown."""

    mean: str
    interval: str
    """ "[low, high]", or nothing where there is no interval."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Row:
    """What the table says of one variant."""

    variant: str
    expression: str
    is_baseline: bool
    primary: Cell
    difference: Cell | None
    """Primary metric minus the baseline's, paired by seed; None for the baseline itself."""
    others: dict[str, Cell]
    """The other validation metrics by name."""
    training_loss: Cell
    gap: Cell
    steps_to_target: str
    """The median; "> 360" where most trials of 360 updates never reached the target."""
    reached: str
    """How many of the trials with a result reached the target, as "7 of 8"."""
    trials: str
    """How the trials ended, as "6 done, 2 diverged"."""
    troubled: bool
    """Whether a trial diverged or failed."""


def table_rows(result: ComparisonResult) -> list[Row]:
    """Return the rows of the table, sorted as `result.summaries`: the best mean first."""
    summaries = result.summaries
    names = dict.fromkeys(name for row in summaries for name in row.final if name != result.metric)
    return [_row(result, summary, list(names)) for summary in summaries]


def _row(result: ComparisonResult, summary: Summary, others: list[str]) -> Row:
    steps = summary.steps_to_target
    median = summary.median_steps_to_target
    reached = sum(step is not None for step in steps)
    counts = {"done": summary.done, "diverged": summary.diverged, "failed": summary.failed}
    has_target = bool(steps) and math.isfinite(result.target)
    median_text = f"{median:,.0f}" if math.isfinite(median) else f"> {result.horizon:,}"
    return Row(
        variant=summary.variant,
        expression=result.schedules[summary.variant],
        is_baseline=summary.variant == result.baseline,
        primary=_cell(result.primary(summary)),
        difference=None if summary.difference is None else _cell(summary.difference, signed=True),
        others={name: _cell(summary.final.get(name)) for name in others},
        training_loss=_cell(summary.training_loss),
        gap=_cell(summary.gap, signed=True),
        steps_to_target=median_text if has_target else text(math.nan),
        reached=f"{reached} of {len(steps)}" if has_target else "",
        trials=", ".join(f"{count} {what}" for what, count in counts.items() if count) or "none",
        troubled=summary.diverged + summary.failed > 0,
    )


def _cell(estimate: Estimate | None, *, signed: bool = False) -> Cell:
    if estimate is None or not estimate.count:
        return Cell(mean=text(math.nan), interval="")
    return Cell(mean=mean_text(estimate, signed=signed), interval=interval_text(estimate))

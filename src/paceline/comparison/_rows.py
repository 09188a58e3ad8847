"""The table of a comparison, as text."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

from paceline.comparison._contrast import Contrast, Verdict
from paceline.comparison._numbers import interval_text, mean_text, p_text, reach_text, text
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
    reach: str
    """ "± half the interval", or nothing."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Row:
    """What the table says of one variant."""

    variant: str
    expression: str
    is_baseline: bool
    primary: Cell
    difference: Cell | None
    """Primary metric minus the baseline's, paired by seed; None for the baseline itself."""
    verdict: Verdict | None
    """None for the baseline itself."""
    corrected_p: str
    """Of the sign-flip test, Holm-corrected; nothing for the baseline."""
    beats: str
    """The share of seeds on which it beats the baseline, as "7 of 8"; nothing for the baseline."""
    deviation: str
    """The standard deviation of the primary metric over the seeds."""
    median: str
    """Of the primary metric; "diverged" where half the trials did."""
    worst: str
    """Of the primary metric; "diverged" where a trial did."""
    others: dict[str, Cell]
    """The other validation metrics by name."""
    training_loss: Cell
    gap: Cell
    steps_to_target: str
    """The median; "> 360" where most trials of 360 updates never reached the target."""
    interval_to_target: str
    """Of the median, as "88 – > 360"; nothing where there are too few trials for one."""
    log_rank_p: str
    """Of the log-rank test on the times to the target, Holm-corrected; nothing for the baseline."""
    reached: str
    """How many of the trials with a result reached the target, as "7 of 8"."""
    overfits_after: str
    """As "epoch 7"; nothing where the variant does not overfit."""
    diverged: str
    """As "2 of 8"."""
    spikes: str
    """How many trials had a spike of the loss, as "2 of 8"."""
    spikes_a_trial: str
    largest_spike: str
    """In robust standard deviations; nothing without a spike."""
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
    found = summary.time_to_target
    counts = {"done": summary.done, "diverged": summary.diverged, "failed": summary.failed}
    has_target = found.count > 0 and math.isfinite(result.target)
    has_interval = has_target and math.isfinite(found.low)
    contrast = summary.contrast
    trials = summary.done + summary.diverged
    spikes = summary.spikes
    return Row(
        variant=summary.variant,
        expression=result.schedules[summary.variant],
        is_baseline=summary.variant == result.baseline,
        primary=_cell(result.primary(summary)),
        difference=None if contrast is None else _cell(contrast.difference, signed=True),
        verdict=None if contrast is None else contrast.verdict,
        corrected_p="" if contrast is None else p_text(contrast.corrected_p),
        beats="" if contrast is None else _wins(contrast),
        deviation=text(result.primary(summary).deviation),
        median=_ranked(summary.median),
        worst=_ranked(summary.worst),
        others={name: _cell(summary.final.get(name)) for name in others},
        training_loss=_cell(summary.training_loss),
        gap=_cell(summary.gap, signed=True),
        steps_to_target=_steps(result, found.median) if has_target else text(math.nan),
        interval_to_target=f"{_steps(result, found.low)} – {_steps(result, found.high)}"
        if has_interval
        else "",
        log_rank_p=p_text(summary.log_rank_p) if has_target and summary.log_rank_p else "",
        reached=f"{found.reached} of {found.count}" if has_target else "",
        overfits_after=f"epoch {summary.overfits_after}" if summary.overfits_after else "",
        diverged=f"{summary.diverged} of {trials}",
        spikes=f"{spikes.trials} of {trials}",
        spikes_a_trial=text(spikes.per_trial, scale=100),
        largest_spike=text(spikes.largest, scale=100) if spikes.trials else "",
        trials=", ".join(f"{count} {what}" for what, count in counts.items() if count) or "none",
        troubled=summary.diverged + summary.failed > 0,
    )


def _steps(result: ComparisonResult, steps: float) -> str:
    return f"{steps:,.0f}" if math.isfinite(steps) else f"> {result.horizon:,}"


def _wins(contrast: Contrast) -> str:
    wins = contrast.beats * contrast.pairs if contrast.pairs else 0
    return f"{wins:g} of {contrast.pairs}"


def _ranked(value: float) -> str:
    return "diverged" if math.isinf(value) else text(value)


def _cell(estimate: Estimate | None, *, signed: bool = False) -> Cell:
    if estimate is None or not estimate.count:
        return Cell(mean=text(math.nan), interval="", reach="")
    return Cell(
        mean=mean_text(estimate, signed=signed),
        interval=interval_text(estimate),
        reach=reach_text(estimate),
    )

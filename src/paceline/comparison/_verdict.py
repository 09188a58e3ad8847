"""What a comparison found, in words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from paceline.charts import shorten
from paceline.comparison._contrast import Contrast
from paceline.comparison._numbers import (
    has_interval,
    interval_text,
    mean_text,
    metric_name,
    p_text,
    plural,
    text,
)
from paceline.comparison._power import fewest_seeds
from paceline.comparison._statistics import Estimate
from paceline.comparison._summary import Summary

if TYPE_CHECKING:
    from paceline.comparison._result import ComparisonResult

_NAMED = 5
"""Variants that a sentence names."""


def verdict(result: ComparisonResult) -> str:
    """Return what the comparison found; the first sentence is for those who read nothing else."""
    return " ".join(verdict_sentences(result))


def verdict_sentences(result: ComparisonResult) -> list[str]:
    """Return the sentences of the verdict."""
    if not any(outcome.is_result for outcome in result.outcomes):
        if not result.outcomes:
            return ["No trial has run yet, so there is nothing to compare."]
        return [f"No trial finished: {_fate(len(result.outcomes), 'failed')}."]
    if not any(result.primary(row).count for row in result.summaries):
        return [_nothing_clean(result), *_troubles(result)]
    return [*_findings(result), *_noise(result), *_troubles(result)]


def _findings(result: ComparisonResult) -> list[str]:
    others = [row for row in result.summaries if row.contrast is not None]
    if not others:
        only = result.summaries[0]
        metric = metric_name(result.metric)
        mean = _over(result.primary(only))
        return [f"{_name(only)} was the only variant: its {metric} is {mean}."]
    if all(_contrast(row).verdict == "too few seeds" for row in others):
        return _too_few(result, others)
    better = [row for row in others if _contrast(row).verdict == "better"]
    named = [*better[:1], *(row for row in result.summaries[:1] if not row.diverged)]
    rest = [row for row in others if row not in named]
    return [
        _opening(result, better, others),
        *_best_mean(result, better),
        *_by_verdict(result, rest),
    ]


def _opening(result: ComparisonResult, better: list[Summary], others: list[Summary]) -> str:
    baseline = f"the baseline {shorten(result.baseline, 60)}"
    if not better:
        seeds = max(_contrast(row).pairs for row in others)
        return (
            f"No variant is shown to be better than {baseline} over {plural(seeds, 'paired seed')} "
            f"({_test(result, None)})."
        )
    best = better[0]
    contrast = _contrast(best)
    return (
        f"{_name(best)} is better than {baseline}: {_effect(result, contrast)} over "
        f"{plural(contrast.pairs, 'paired seed')} ({_test(result, contrast)})."
    )


def _effect(result: ComparisonResult, contrast: Contrast) -> str:
    """The metric, by how much it is lower or higher, with the interval, as positive numbers."""
    difference = contrast.difference
    metric = metric_name(result.metric)
    if contrast.on_ranks:
        wins = contrast.beats * contrast.pairs
        return f"its {metric} ranks ahead in {wins:g} of {plural(contrast.pairs, 'pair')}"
    sign = 1 if difference.mean > 0 else -1
    ends = sorted((sign * difference.low, sign * difference.high))
    size = Estimate(
        mean=abs(difference.mean),
        low=ends[0],
        high=ends[1],
        count=difference.count,
        deviation=difference.deviation,
    )
    way = "higher" if sign > 0 else "lower"
    small = ""
    if _is_small(result, contrast):
        small = f", less than the margin of {text(result.margin)} that does not matter,"
    return f"its {metric} is {mean_text(size)} {interval_text(size)} {way}{small}"


def _is_small(result: ComparisonResult, contrast: Contrast) -> bool:
    """Return whether the whole interval lies within the margin."""
    return max(abs(contrast.difference.low), abs(contrast.difference.high)) < result.margin


def _test(result: ComparisonResult, contrast: Contrast | None) -> str:
    comparisons = len(result.schedules) - 1
    on = " on ranks, as a trial diverged" if contrast and contrast.on_ranks else ""
    p = f" {_p(contrast.corrected_p)}" if contrast else ""
    how = f"; Holm's correction for {plural(comparisons, 'comparison')}" if comparisons > 1 else ""
    return f"sign-flip test{on}{',' if p and on else ''}{p}{how}"


def _best_mean(result: ComparisonResult, better: list[Summary]) -> list[str]:
    """Say which mean is the best where that isn't the variant that is named first."""
    first = result.summaries[0]
    if first.diverged or not result.primary(first).count or first in better[:1]:
        tested = len(better) > 1
        return ["Which of those that are better is the best was not tested."] if tested else []
    metric = metric_name(result.metric)
    ties = [row for row in result.summaries if _mean(result, row) == _mean(result, first)]
    if len(ties) == len(result.summaries):
        return [f"All have the same mean {metric}, {text(_mean(result, first))}."]
    opening = (
        f"{'The baseline ' if first.contrast is None else ''}{_name(first)} has the best mean "
        f"{metric}, {_over(result.primary(first))}"
    )
    if first.contrast is None:
        return [f"{opening}."]
    found = first.contrast
    against = _signed(found.difference)
    return [
        f"{opening}: {against} against the baseline, {_p(found.corrected_p)}.",
        *_needed(found),
    ]


def _needed(contrast: Contrast) -> list[str]:
    known = not contrast.on_ranks and math.isfinite(contrast.difference.deviation)
    if not known or contrast.verdict not in {"no evidence", "too few seeds"}:
        return []
    if contrast.seeds_needed is None:
        return ["To see so small a difference would take more than 1,000 seeds."]
    return [
        f"To see the observed difference at 80 % power takes about "
        f"{plural(contrast.seeds_needed, 'seed')}."
    ]


def _by_verdict(result: ComparisonResult, rows: Sequence[Summary]) -> list[str]:
    headings = {
        "better": "Better too",
        "worse": "Worse",
        "practically equal": "Practically equal",
        "no evidence": "No evidence on",
        "too few seeds": "Too few seeds for a verdict",
    }
    sentences = []
    for kind, heading in headings.items():
        found = [row for row in rows if _contrast(row).verdict == kind]
        if found:
            named = ", ".join(_named_with_difference(result, row) for row in found[:_NAMED])
            more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
            sentences.append(f"{heading}: {named}{more}.")
    return sentences


def _named_with_difference(result: ComparisonResult, row: Summary) -> str:
    contrast = _contrast(row)
    told = f"{_name(row, 40)} {_signed(contrast.difference)}".rstrip()
    is_told_small = contrast.verdict in {"better", "worse"} and _is_small(result, contrast)
    return f"{told} (within the margin)" if is_told_small else told


def _too_few(result: ComparisonResult, others: list[Summary]) -> list[str]:
    comparisons = len(others)
    seeds = max(_contrast(row).pairs for row in others)
    needed = fewest_seeds(comparisons)
    opening = (
        f"{plural(seeds, 'seed')} {'is' if seeds == 1 else 'are'} too few for a verdict on "
        f"{plural(comparisons, 'comparison')} to the baseline {shorten(result.baseline, 60)}: "
        f"{needed} are the fewest."
    )
    return [opening, *_best_mean(result, [])]


def _noise(result: ComparisonResult) -> list[str]:
    found = result.noise_floor
    if found is None or not found.pairs:
        return []
    opening = "Against itself on other seeds, the baseline shows"
    shown = f"{_signed(found.difference)}, {_p(found.p)}".lstrip(", ")
    if found.verdict in {"better", "worse"}:
        return [f"{opening} a difference, {shown}: by chance, as 1 time in 20, or by a fault."]
    return [f"{opening} no difference, as it should: {shown}."]


def _nothing_clean(result: ComparisonResult) -> str:
    finished = [outcome for outcome in result.outcomes if outcome.is_result]
    diverged = sum(outcome.status == "diverged" for outcome in finished)
    if diverged == len(finished):
        return f"{_fate(len(finished), 'diverged')}: try lower rates.".capitalize()
    return f"No trial gave a finite {metric_name(result.metric)}, so nothing can be compared."


def _troubles(result: ComparisonResult) -> list[str]:
    parts = []
    for status in ("diverged", "failed", "lost"):
        names = [outcome.variant for outcome in result.outcomes if outcome.status == status]
        if names:
            counts = [f"{shorten(name, 40)} {names.count(name)}" for name in dict.fromkeys(names)]
            listed = ", ".join(counts[:_NAMED]) + (" and others" if len(counts) > _NAMED else "")
            parts.append(f"{len(names)} {status} ({listed})")
    return [f"Of {plural(len(result.outcomes), 'trial')}, {'; '.join(parts)}."] if parts else []


def _contrast(row: Summary) -> Contrast:
    assert row.contrast is not None
    return row.contrast


def _mean(result: ComparisonResult, row: Summary) -> float:
    return result.primary(row).mean


def _signed(difference: Estimate) -> str:
    if not math.isfinite(difference.mean):
        return ""
    interval = interval_text(difference) if has_interval(difference) else ""
    return f"{mean_text(difference, signed=True)} {interval}".strip()


def _p(p: float) -> str:
    """As "p = 0.039", which no line breaks."""
    return f"p = {p_text(p)}".replace("= <", "<").replace(" ", "\N{NO-BREAK SPACE}")


def _fate(count: int, what: str) -> str:
    return f"the only trial {what}" if count == 1 else f"all {count:,} trials {what}"


def _name(row: Summary, longest: int = 60) -> str:
    return shorten(row.variant, longest)


def _over(estimate: Estimate) -> str:
    shown = f"{mean_text(estimate)} {interval_text(estimate)}".strip()
    return f"{shown} over {plural(estimate.count, 'seed')}"

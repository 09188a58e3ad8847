"""What a comparison found, in words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from paceline.charts import shorten
from paceline.comparison._numbers import (
    has_interval,
    interval_text,
    mean_text,
    metric_name,
    plural,
    text,
)
from paceline.comparison._statistics import Estimate
from paceline.comparison._summary import Summary

if TYPE_CHECKING:
    from paceline.comparison._result import ComparisonResult


def verdict(result: ComparisonResult) -> str:
    """Return what the comparison found; the first sentence is for those who read nothing else."""
    return " ".join(verdict_sentences(result))


def verdict_sentences(result: ComparisonResult) -> list[str]:
    """Return the sentences of the verdict."""
    if not any(outcome.is_result for outcome in result.outcomes):
        if not result.outcomes:
            return ["No trial has run yet, so there is nothing to compare."]
        return [f"No trial finished: {_fate(len(result.outcomes), 'failed')}."]
    ranked = result.summaries
    clean = [row for row in ranked if not row.diverged and result.primary(row).count]
    if not clean:
        return [_nothing_clean(result), *_troubles(result)]
    return [*_ranking(result, clean), *_troubles(result)]


def _ranking(result: ComparisonResult, clean: list[Summary]) -> list[str]:
    best = clean[0]
    mean: Estimate = result.primary(best)
    metric = metric_name(result.metric)
    ties = [row for row in clean if result.primary(row).mean == mean.mean]
    if len(result.schedules) == 1:
        return [f"{_name(best)} was the only variant: its {metric} is {_over(mean)}."]
    if len(ties) == len(clean) > 1:
        return [f"All {len(clean)} variants have the same mean {metric}, {text(mean.mean)}."]
    if mean.count == 1:
        return [
            f"{_name(best)} has the best {metric}, {text(mean.mean)}, on the one seed that ran, "
            "and one seed is no evidence.",
            *_too_few_seeds(result, 1),
        ]
    if best.variant == result.baseline:
        opening = f"The baseline {_name(best)} has the best mean {metric}: {_over(mean)}."
        return [opening, *_next_best(result, clean), *_too_few_seeds(result, mean.count)]
    opening = f"{_name(best)} has the best mean {metric}: {_over(mean)}"
    return [
        f"{opening}{_against_baseline(result, best)}",
        *_next_best(result, clean),
        *_too_few_seeds(result, mean.count),
    ]


def _against_baseline(result: ComparisonResult, best: Summary) -> str:
    difference = best.difference
    baseline = shorten(result.baseline, 60)
    if difference is None or not difference.count:
        return f"; the baseline {baseline} has no result to compare with."
    shown = f"{mean_text(difference, signed=True)} {interval_text(difference)}".strip()
    if not has_interval(difference):
        return f"; that is {shown} against the baseline {baseline}, without an interval."
    against = f"; that is {shown} against the baseline {baseline}, seed by seed"
    return f"{against}{_evidence(result, difference)}"


def _evidence(result: ComparisonResult, difference: Estimate) -> str:
    if difference.low <= 0 <= difference.high:
        return ", and an interval that includes 0 is no evidence of a difference."
    comparisons = len(result.schedules) - 1
    caveat = f" (not corrected for the {comparisons} comparisons)" if comparisons > 1 else ""
    return f", an interval that excludes 0{caveat}."


def _next_best(result: ComparisonResult, clean: list[Summary]) -> list[str]:
    if len(clean) < 2:
        return []
    second = clean[1]
    if clean[0].variant != result.baseline:
        if second.variant == result.baseline:
            return []
        value = text(result.primary(second).mean)
        return [f"Whether it beats the next best, {_name(second)} ({value}), was not tested."]
    difference = second.difference
    if difference is None or not has_interval(difference):
        return []
    shown = f"{mean_text(difference, signed=True)} {interval_text(difference)}"
    return [
        f"The next best, {_name(second)}, differs from it by {shown}{_evidence(result, difference)}"
    ]


def _too_few_seeds(result: ComparisonResult, count: int) -> list[str]:
    """Return a warning below the smallest n with 2 m / 2^n < 0.05, for m comparisons."""
    comparisons = len(result.schedules) - 1
    needed = math.floor(math.log2(2 * comparisons / 0.05)) + 1
    if count >= needed:
        return []
    return [
        f"With {plural(comparisons, 'comparison')} to the baseline, fewer than {needed} seeds "
        "are too few for a verdict."
    ]


def _nothing_clean(result: ComparisonResult) -> str:
    finished = [outcome for outcome in result.outcomes if outcome.is_result]
    diverged = sum(outcome.status == "diverged" for outcome in finished)
    if diverged == len(finished):
        return f"{_fate(len(finished), 'diverged')}: try lower rates.".capitalize()
    if diverged:
        return "Every variant diverged on at least one seed, so none can be called the best."
    return f"No trial gave a finite {metric_name(result.metric)}, so nothing can be compared."


def _troubles(result: ComparisonResult) -> list[str]:
    parts = []
    for status in ("diverged", "failed", "lost"):
        names = [outcome.variant for outcome in result.outcomes if outcome.status == status]
        if names:
            counts = [f"{shorten(name, 40)} {names.count(name)}" for name in dict.fromkeys(names)]
            listed = ", ".join(counts[:5]) + (" and others" if len(counts) > 5 else "")
            parts.append(f"{len(names)} {status} ({listed})")
    return [f"Of {plural(len(result.outcomes), 'trial')}, {'; '.join(parts)}."] if parts else []


def _fate(count: int, what: str) -> str:
    return f"the only trial {what}" if count == 1 else f"all {count:,} trials {what}"


def _name(row: Summary) -> str:
    return shorten(row.variant, 60)


def _over(estimate: Estimate) -> str:
    shown = f"{mean_text(estimate)} {interval_text(estimate)}".strip()
    return f"{shown} over {plural(estimate.count, 'seed')}"

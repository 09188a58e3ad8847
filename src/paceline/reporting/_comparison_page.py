"""What the page of a comparison shows."""

import math
from collections.abc import Collection
from typing import Any

from markupsafe import Markup

from paceline.charts import colors, sparkline_svg
from paceline.comparison import (
    ComparisonResult,
    color_order,
    drawn_variants,
    metric_name,
    p_text,
    plural,
    text,
    verdict_sentences,
)
from paceline.reporting._picker import picker

_PARTS = {
    "Better than the baseline?": ("forest", "final", "beats"),
    "What the trainings did": ("losses", "rates"),
    "How soon, and how well beyond the training data": ("survival", "gap"),
}
_NARROW = ("survival", "gap")


def comparison_page(result: ComparisonResult, name: str | None) -> dict[str, Any]:
    """Return what the template comparison.html.j2 shows of `result`."""
    task = name or result.task
    first, *rest = verdict_sentences(result)
    charts = result.charts()
    return {
        "title": f"{task}: learning-rate schedules compared",
        "over": f"Learning-rate schedules compared on {task}",
        "result": result,
        "verdict": first,
        "details": " ".join(rest),
        "facts": _facts(result),
        "found": comparison_parts(result, charts),
        "charts": charts,
        "noise": _noise(result),
        "protocol": protocol(result) | result.environment,
    }


def comparison_parts(result: ComparisonResult, charts: Collection[str]) -> dict[str, Any]:
    """Return what the macros of comparison_parts.html.j2 show of `result`.

    Args:
        result: what they show.
        charts: the names of the charts that the page has.
    """
    order = color_order(result)
    palette = colors(order)
    rows = result.table().rows
    parts = {
        heading: [name for name in names if name in charts] for heading, names in _PARTS.items()
    }
    return {
        "result": result,
        "metric": metric_name(result.metric),
        "rows": rows,
        "others": list(rows[0].others) if rows else [],
        "sparklines": {
            name: Markup(sparkline_svg(result.rates[name], color=palette[name]))
            for name in result.schedules
        },
        "palette": palette,
        "picker": picker([row.variant for row in rows], order=order, shown=drawn_variants(result)),
        "parts": {heading: names for heading, names in parts.items() if names},
        "narrow": _NARROW,
        "trials": sorted(result.outcomes, key=lambda outcome: outcome.status == "done"),
        "csv": result.csv() if result.outcomes else "",
        "metrics": result.metric_names,
    }


def _facts(result: ComparisonResult) -> dict[str, str]:
    ended = [outcome.status for outcome in result.outcomes]
    bad = ", ".join(
        f"{ended.count(status)} {status}"
        for status in ("diverged", "failed", "lost")
        if status in ended
    )
    planned = len(result.schedules) * len(result.seeds)
    missing = f" of {planned:,}" if len(ended) < planned else ""
    return {
        "schedules": str(len(result.schedules)),
        "seeds": str(len(result.seeds)),
        "trials": f"{len(ended):,}{missing}" + (f" ({bad})" if bad else ""),
        "updates per trial": f"{result.horizon:,}",
    }


def _noise(result: ComparisonResult) -> dict[str, str]:
    floor = result.noise_floor
    if floor is None:
        return {}
    apart = floor.difference
    mean, low, high = (
        text(value, scale=max(map(abs, (apart.mean, apart.low, apart.high))), signed=True)
        for value in (apart.mean, apart.low, apart.high)
    )
    return {
        "pairs": str(floor.pairs),
        "difference": f"{mean} [{low}, {high}]" if math.isfinite(apart.low) else mean,
        "p": p_text(floor.p),
        "verdict": floor.verdict,
    }


def protocol(result: ComparisonResult) -> dict[str, str]:
    """Return how a comparison was made, in words, without its environment."""
    metric = metric_name(result.metric)
    direction = "higher" if result.higher_is_better else "lower"
    comparisons = len(result.schedules) - 1
    margin = f"±{result.margin:.3g}: " if math.isfinite(result.margin) else ""
    facts = {
        "task": result.task,
        "one training": plural(result.horizon, "update"),
        "seeds": f"{', '.join(map(str, result.seeds))}; one seed gives every schedule the same "
        "weights, batches and dropout",
        "judged by": f"{metric}, {direction} is better",
        "selection": "the value after the last update, not that of the best epoch",
        "baseline": result.baseline,
    }
    if comparisons > 0:
        facts |= {
            "test": "sign-flip test on the paired differences, exact up to 15 pairs; on their "
            "ranks where a trial diverged",
            "correction": f"Holm's, for {plural(comparisons, 'comparison')} to the baseline",
            "margin of equality": f"{margin}{result.margin_rule}",
        }
    if math.isfinite(result.target):
        facts["target"] = f"validation loss {text(result.target)}"
    return facts

"""What the page of a range test shows."""

import math
from typing import Any

import altair as alt

from paceline.charts import rate_text
from paceline.comparison import plural, text
from paceline.range_test import RangeTestResult, share_text, verdict_sentences


def range_test_page(result: RangeTestResult, name: str | None) -> dict[str, Any]:
    """Return what the template range_test.html.j2 shows of `result`."""
    title = f"Learning-rate range test{f' of {name}' if name else ''}"
    first, *rest = verdict_sentences(result)
    charts = {}
    if result.measured:
        charts["find"] = result.chart()
        # the page says it above, in lines that a narrow screen can wrap
        charts["find"].title = alt.Undefined
    return {
        "title": title,
        "over": title,
        "verdict": first,
        "details": " ".join(rest),
        "facts": _facts(result),
        "start": _loss(result.start),
        "is_sweep": result.sweep is not None,
        "has_band": result.suggestion is not None,
        "rows": _rows(result),
        "protocol": _protocol(result),
        "charts": charts,
    }


def _facts(result: RangeTestResult) -> dict[str, str]:
    found = result.suggestion
    if found is None:
        return {"suggestion": "none"}
    return {
        "suggestion": rate_text(found.rate),
        "between": f"{rate_text(found.low)} and {rate_text(found.high)}",
        "strength": found.strength,
        "fall of the loss": share_text(found.drop),
    }


def _rows(result: RangeTestResult) -> list[dict[str, Any]]:
    return [
        {
            "rate": rate_text(row.rate),
            "updates": f"{row.updates:,}",
            "loss": _loss(row.loss),
            "change": text(row.loss - result.start, signed=True),
            "lost": not math.isfinite(row.loss),
            "good": row.good,
        }
        for row in result.measured
    ]


def _protocol(result: RangeTestResult) -> dict[str, str]:
    if result.sweep is not None:
        sweep = result.sweep.rates
        how = {
            "method": "a sweep: one training, whose rate rises at every update",
            "updates": f"{len(sweep):,}, from {rate_text(sweep[0])} to {rate_text(sweep[-1])}",
            **{
                f"by the rule {rule}": rate_text(rate) if math.isfinite(rate) else "none"
                for rule, rate in result.rules().items()
            },
        }
    else:
        stages = [
            f"{plural(len(each.rates), 'rate')}, {plural(each.updates, 'update')} at each"
            for each in result.replays
        ]
        how = {
            "method": "replays: every rate from the same start, on the same batches",
            "measured": "; then ".join(stages),
        }
    each = [rate_text(rate) if math.isfinite(rate) else "none" for rate in result.repeats]
    return {**how, "suggested by each repeat": ", ".join(each)}


def _loss(loss: float) -> str:
    return text(loss) if math.isfinite(loss) else "not finite"

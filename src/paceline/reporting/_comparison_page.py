"""What the page of a comparison shows."""

from typing import Any

from markupsafe import Markup

from paceline.charts import colors, sparkline_svg
from paceline.comparison import (
    ComparisonResult,
    color_order,
    drawn_variants,
    metric_name,
    text,
    verdict_sentences,
)

_NO_COLOR = "#8c8c8c"


def comparison_page(result: ComparisonResult, name: str | None) -> dict[str, Any]:
    """Return what the template comparison.html.j2 shows of `result`."""
    drawn = result.charts()
    task = name or result.task
    shown = drawn_variants(result)
    palette = colors(color_order(result))
    first, *rest = verdict_sentences(result)
    rows = result.table().rows
    troubled_first = sorted(result.outcomes, key=lambda outcome: outcome.status == "done")
    return {
        "title": f"{task}: learning-rate schedules compared",
        "over": f"Learning-rate schedules compared on {task}",
        "result": result,
        "verdict": first,
        "details": " ".join(rest),
        "facts": _facts(result),
        "metric": metric_name(result.metric),
        "rows": rows,
        "others": list(rows[0].others) if rows else [],
        "sparklines": {name: _sparkline(result, name, palette) for name in result.schedules},
        "palette": palette,
        "charts": drawn,
        "wide": list(drawn),
        "undrawn": len(result.schedules) - len(shown),
        "trials": troubled_first,
        "metrics": result.metric_names,
        "metric_name": metric_name,
        "number": text,
        "no_color": _NO_COLOR,
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


def _sparkline(result: ComparisonResult, name: str, palette: dict[str, str]) -> Markup:
    return Markup(sparkline_svg(result.rates[name], color=palette.get(name, _NO_COLOR)))

"""The report: one HTML file that works offline."""

import base64
import functools
import hashlib
import os
from pathlib import Path
from typing import Any

import jinja2
import vl_convert
from markupsafe import Markup

from paceline.charts import colors, sparkline_svg
from paceline.comparison import (
    ComparisonResult,
    metric_name,
    plural,
    shown_variants,
    text,
    verdict_sentences,
)

_NO_COLOR = "#8c8c8c"


def report(result: ComparisonResult, path: str | Path) -> Path:
    """Write the report of a comparison as one HTML file, and return its path.

    The file holds everything it needs: it makes no network request, and its content security
    policy allows no script but its own.

    Args:
        result: what to report.
        path: ends in .html; its folder is made where it is missing.

    Raises:
        ValueError: another ending.
    """
    target = Path(path)
    if target.suffix.lower() not in {".html", ".htm"}:
        raise ValueError(
            f"A report is an HTML file; got {target.name!r}. "
            f"Try {target.with_suffix('.html').name!r}."
        )
    page = _environment().get_template("report.html.j2").render(_context(result))
    target.parent.mkdir(parents=True, exist_ok=True)
    # Whole or not at all, so that a full disk leaves the earlier report as it was.
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        partial.write_text(page, encoding="utf-8", errors="backslashreplace")
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return target


def _context(result: ComparisonResult) -> dict[str, Any]:
    drawn = {
        name: {**chart.to_dict(validate=False), "width": "container"}
        for name, chart in result.charts().items()
    }
    shown = shown_variants(result)
    palette = colors(shown)
    scripts = [_vega(), _source("embed.js")]
    first, *rest = verdict_sentences(result)
    rows = result.table().rows
    troubled_first = sorted(result.outcomes, key=lambda outcome: outcome.status == "done")
    return {
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
        "undrawn": len(result.schedules) - len(shown),
        "trials": troubled_first,
        "metrics": result.metric_names,
        "scripts": [Markup(script) for script in scripts],  # our own, and nothing of a user's
        "hashes": " ".join(f"'sha256-{_digest(script)}'" for script in scripts),
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
    return {
        "schedules": str(len(result.schedules)),
        "seeds": str(len(result.seeds)),
        "trials": f"{len(ended):,}" + (f" ({bad})" if bad else ""),
        "updates per trial": f"{result.horizon:,}",
    }


def _sparkline(result: ComparisonResult, name: str, palette: dict[str, str]) -> Markup:
    return Markup(sparkline_svg(result.rates[name], color=palette.get(name, _NO_COLOR)))


@functools.cache
def _vega() -> str:
    """Return Vega, Vega-Lite and Vega-Embed with the expression interpreter, as one script."""
    return vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")


@functools.cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("paceline.reporting"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.policies["json.dumps_kwargs"] = {"allow_nan": False, "separators": (",", ":")}
    environment.filters["plural"] = plural
    return environment


def _source(name: str) -> str:
    loader = _environment().loader
    assert loader is not None
    return loader.get_source(_environment(), name)[0]


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()

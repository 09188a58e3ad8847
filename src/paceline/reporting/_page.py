"""A page: one HTML file that works offline."""

import base64
import functools
import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2
import vl_convert
from markupsafe import Markup

from paceline.comparison import metric_name, plural, text

_SCRIPTS = ("embed.js", "picker.js", "copy.js")


def write_page(template: str, context: Mapping[str, Any], path: str | Path) -> Path:
    """Write the page that `template` makes of `context`, and return its path.

    Args:
        template: the name of one that extends base.html.j2.
        context: what it shows; `charts` are Altair charts by name.
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
    scripts = [_vega(), *(_source(name) for name in _SCRIPTS)]
    page = (
        _environment()
        .get_template(template)
        .render(
            {
                **context,
                "charts": {name: _figure(chart) for name, chart in context["charts"].items()},
                "scripts": [
                    Markup(script) for script in scripts
                ],  # our own, and nothing of a user's
                "hashes": " ".join(f"'sha256-{_digest(script)}'" for script in scripts),
            }
        )
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    # Whole or not at all, so that a full disk leaves the earlier report as it was.
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        partial.write_text(page, encoding="utf-8", errors="backslashreplace")
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return target


def _figure(chart: Any) -> dict[str, Any]:
    """Return the title, the notes and the rest of a chart.

    Words are the page's, as a narrow screen can wrap them. A chart is as wide as its place; where
    it is several, embed.js sees to that.
    """
    spec: dict[str, Any] = chart.to_dict(validate=False)
    words = spec.pop("title", {})
    title, notes = words.get("text"), _lines(words.pop("subtitle", []))
    if "vconcat" not in spec:
        fit = {"type": "fit-x", "contains": "padding"}
        return {
            "title": title,
            "notes": notes,
            "spec": spec | {"width": "container", "autosize": fit},
        }
    of_parts = [
        note for part in spec["vconcat"] for note in _lines(part["title"].pop("subtitle", []))
    ]
    words_once = dict.fromkeys(word for note in [*notes, *of_parts] for word in note.split(" · "))
    return {"title": title or "Loss over the learning rate", "notes": words_once, "spec": spec}


def _lines(subtitle: str | list[str]) -> list[str]:
    return [subtitle] if isinstance(subtitle, str) else subtitle


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
    environment.filters |= {"plural": plural, "number": text, "metric_name": metric_name}
    return environment


def _source(name: str) -> str:
    loader = _environment().loader
    assert loader is not None
    return loader.get_source(_environment(), name)[0]


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()

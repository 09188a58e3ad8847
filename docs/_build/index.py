"""The first page of the reference: every name in one line."""

from collections.abc import Mapping
from typing import Any

from _build import docstring, markdown
from _build.names import GROUPS, PAGES, Name, public_names
from _build.picture import sketch

_INTRODUCTION = (
    "# Schedules",
    "A schedule is a pure function of the step: `schedule(step)` is the learning rate of update "
    "`step`, counted from 0. Every name below is imported from `paceline.schedules`.",
    "A page has the formula, a picture of the example drawn by `make docs`, the arguments, the "
    "errors, and the example with its output, which is run whenever the page is made.",
)
_LEADS = {
    "segments": "One formula each. A segment covers the steps 0 to `steps` - 1, reaches its end at "
    "step `steps`, and holds it from there on.",
    "wrappers": "What the operators and methods of [`Schedule`](Schedule.md) make of other "
    "schedules.",
    "recipes": "Functions that compose segments. Without `steps` they wait for the horizon, as a "
    "[`Recipe`](Recipe.md).",
    "units": "From examples, epochs and batches to updates.",
    "files": "From and to text, JSON files and Keras.",
    "types": "What the others are, or return.",
}


def index(schedules: Mapping[str, Any]) -> str:
    """Return the first page; `schedules` has, by name, what each example makes."""
    shown = list(_INTRODUCTION)
    for group, title in GROUPS.items():
        names = [each for each in public_names().values() if each.group == group]
        drawn = group in ("segments", "wrappers", "recipes")
        rows = [_row(each, schedules[each.name], drawn) for each in names]
        heads = ["name", "what it is", *(["shape"] if drawn else [])]
        shown += [f"## {title}", _LEADS[group], markdown.table(heads, rows)]
    return markdown.page(*shown)


def _row(name: Name, schedule: Any, drawn: bool) -> list[str]:
    cells = [
        f"[`{name.name}`]({markdown.link(name.page, PAGES / 'README.md')})",
        markdown.prose(docstring.as_noun(name.doc.summary)),
    ]
    return [*cells, markdown.code(sketch(schedule))] if drawn else cells

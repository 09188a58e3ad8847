"""The page of one name."""

import dataclasses
import re
from collections.abc import Iterator, Mapping
from typing import Any

from _build import markdown
from _build.example import import_line
from _build.methods import methods
from _build.names import PAGES, Name, public_names


def page(name: Name, schedules: Mapping[str, Any]) -> str:
    """Return the page of `name`; `schedules` has, by name, what each example makes, or None."""
    doc, links, schedule = name.doc, _links(name), schedules[name.name]
    shown = [
        f"# {name.name}",
        markdown.prose(doc.summary, links),
        _import(name),
        "" if callable(name.value) else markdown.code(f"{name.name} = {name.value}"),
        *(markdown.prose(note, links) for note in doc.notes),
        *_formula(name, schedule),
    ]
    if schedule is not None:
        picture = markdown.link(name.picture, name.page)
        shown.append(f"![The rate of the example below against the step]({picture})")
    shown += _arguments(name, links)
    if name.name == "Schedule":
        shown += methods(name)
    if doc.errors:
        rows = [
            [markdown.code(kind), markdown.prose(why, links)] for kind, why in doc.errors.items()
        ]
        shown += ["## Errors", markdown.table(["raises", "when"], rows)]
    if doc.example:
        shown += ["## Example", markdown.block(doc.example, "pycon")]
    if doc.source:
        shown += ["## Source", markdown.prose(doc.source)]
    shown += _recipes_with(name, schedules)
    file = markdown.link(name.file, name.page)
    index = markdown.link(PAGES / "README.md", name.page)
    shown.append(
        f"---\n\n[All schedules]({index}) · made by `make docs` from [`{name.file.name}`]({file})"
    )
    return markdown.page(*shown)


def _links(name: Name) -> dict[str, str]:
    """Return where the other names lead; one that is an argument here means the argument."""
    own = {name.name, *(each.name for each in name.arguments)}
    return {
        other.name: markdown.link(other.page, name.page)
        for other in public_names().values()
        if other.name not in own
    }


def _import(name: Name) -> str:
    import paceline

    top = f", or `paceline.{name.name}`" if name.name in paceline.__all__ else ""
    return f"`{import_line(name)}`{top}"


def _formula(name: Name, schedule: Any) -> Iterator[str]:
    """Yield the formula of the name, and for a recipe those of what it is made of."""
    parts = list(dict.fromkeys(_parts(schedule))) if name.group == "recipes" else []
    if not name.doc.formula and not parts:
        return
    yield "## Formula"
    if name.doc.formula:
        yield markdown.block(markdown.wrapped(name.doc.formula))
    if parts:
        known = public_names()
        rows = [
            [
                f"[`{part}`]({markdown.link(known[part].page, name.page)})",
                "<br>".join(markdown.code(line) for line in known[part].doc.formula),
            ]
            for part in parts
        ]
        yield "The example is made of:"
        yield markdown.table(["segment", "its formula, from its own step 0"], rows)


def _parts(schedule: Any) -> Iterator[str]:
    """Yield the classes of what `schedule` is made of; that one follows another is no part."""
    from paceline.schedules import Chain, Schedule

    if not isinstance(schedule, Chain):
        yield type(schedule).__name__
    for field in dataclasses.fields(schedule):
        value = getattr(schedule, field.name)
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, Schedule):
                yield from _parts(each)


def _recipes_with(name: Name, schedules: Mapping[str, Any]) -> Iterator[str]:
    """Yield the recipes whose example has a part of the class `name`."""
    found = [
        f"[`{each.name}`]({markdown.link(each.page, name.page)})"
        for each in public_names().values()
        if each.group == "recipes" and name.name in _parts(schedules[each.name])
    ]
    if found:
        yield "## Recipes with it"
        yield ", ".join(found)


def _arguments(name: Name, links: dict[str, str]) -> Iterator[str]:
    if name.arguments:
        rows = [
            [
                markdown.code(each.name),
                _kind(each.kind, links),
                markdown.code(each.default) or "needed",
                markdown.prose(name.doc.arguments[each.name], links),
            ]
            for each in name.arguments
        ]
        yield "## Arguments"
        if name.group != "types":
            yield _by_place(name)
        yield markdown.table(["name", "type", "default", "meaning"], rows)
    if name.returns:
        yield f"It returns {_kind(name.returns, links)}."


def _by_place(name: Name) -> str:
    if not name.by_place:
        return "By name only."
    if len(name.by_place) == len(name.arguments):
        return "In this order, or by name."
    return (
        f"{', '.join(map(markdown.code, name.by_place))} by place or name, the rest by name only."
    )


def _kind(kind: str, links: dict[str, str]) -> str:
    """Return a type as code, linked where a name of the room stands in it."""
    known = [each for each in re.findall(r"\w+", kind) if each in links]
    return f"[`{kind}`]({links[known[0]]})" if known else markdown.code(kind)

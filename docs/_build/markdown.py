"""The pieces of a page: text, links, tables, blocks."""

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

_WIDTH = 100


def prose(text: str, links: Mapping[str, str] | None = None) -> str:
    """Return the text of a docstring as Markdown, with what `links` knows linked."""
    parts = text.split("`")
    for place, part in enumerate(parts):
        if place % 2 == 0:
            parts[place] = re.sub(r"([*<])", r"\\\1", part)
        elif part in (links or {}):
            parts[place] = f"[`{part}`]({(links or {})[part]})"
        else:
            parts[place] = f"`{part}`"
    return "".join(parts)


def code(text: str) -> str:
    return f"`{text}`" if text else ""


def block(text: str, language: str = "text") -> str:
    return f"```{language}\n{text}\n```"


def wrapped(lines: Sequence[str]) -> str:
    """Return long lines of a formula broken after a comma, the rest of each indented."""
    found = []
    for line in lines:
        found.append("")
        for clause in re.split(r"(?<=,) (?![^(]*\))", line):
            if found[-1] and len(f"{found[-1]} {clause}") > _WIDTH:
                found.append("   ")
            found[-1] += f" {clause}" if found[-1] else clause
    return "\n".join(found)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines
    )


def link(target: Path, page: Path) -> str:
    """Return the way from `page` to `target`."""
    return Path(os.path.relpath(target, page.parent)).as_posix()


def page(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part) + "\n"

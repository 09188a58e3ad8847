"""A docstring of the project as its parts: what it is, its formula, arguments, errors, example."""

import dataclasses
import inspect
import re

_HEADING = re.compile(r"(Args|Raises|Example|Source):(?: (.*))?")
_ITEM = re.compile(r"(\w+): (.*)")
_SENTENCES = re.compile(r"(?<=\.)\s+(?=[A-Z`]|rate)")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Docstring:
    """The parts of a docstring, each as it stands there but on one line.

    A sentence with an equation in it, outside of backticks, is a formula; in the first sentence
    what stands before a colon is still the summary.
    """

    summary: str
    formula: tuple[str, ...]
    notes: tuple[str, ...]
    arguments: dict[str, str]
    errors: dict[str, str]
    example: str
    source: str


def parse(text: str) -> Docstring:
    """Return the parts of the docstring `text`."""
    sections: dict[str, list[str]] = {"": []}
    current = ""
    for line in inspect.cleandoc(text).splitlines():
        if heading := _HEADING.fullmatch(line):
            current = heading[1]
            sections[current] = [heading[2] or ""]
        else:
            sections[current].append(line)
    first, *rest = re.split(r"\n\s*\n", "\n".join(sections[""]).strip())
    summary, formula = _apart(one_line(first))
    notes = []
    for paragraph in rest:
        sentences = _SENTENCES.split(one_line(paragraph))
        formula += [_bare(each) for each in sentences if _has_equation(each)]
        if plain := [each for each in sentences if not _has_equation(each)]:
            notes.append(" ".join(plain))
    return Docstring(
        summary=summary,
        formula=tuple(formula),
        notes=tuple(notes),
        arguments=_items(sections.get("Args", [])),
        errors=_items(sections.get("Raises", [])),
        example=inspect.cleandoc("\n".join(sections.get("Example", []))),
        source=one_line(" ".join(sections.get("Source", []))),
    )


def one_line(text: str) -> str:
    """Return `text` with every run of blanks as one."""
    return " ".join(text.split())


def as_noun(summary: str) -> str:
    """Return "A fixed rate ..." for "Return a fixed rate ...", as a table has it."""
    noun = summary.removeprefix("Return ")
    return noun[0].upper() + noun[1:]


def _apart(sentence: str) -> tuple[str, list[str]]:
    """Return the summary and the formula of the first sentence."""
    before, colon, after = sentence.partition(": ")
    if colon and _has_equation(after) and not _has_equation(before):
        return f"{before}.", [_bare(re.sub("^with ", "With ", after))]
    return sentence, []


def _has_equation(sentence: str) -> bool:
    return " = " in re.sub(r"`[^`]*`", "", sentence)


def _bare(formula: str) -> str:
    """Return a formula as a block of code shows it, without backticks and the last full stop."""
    return formula.replace("`", "").rstrip(".:")


def _items(lines: list[str]) -> dict[str, str]:
    """Return `name: text` entries, whose further lines are indented more."""
    found: dict[str, str] = {}
    name = ""
    for line in inspect.cleandoc("\n".join(lines)).splitlines():
        if item := _ITEM.fullmatch(line):
            name = item[1]
            found[name] = item[2]
        elif line.strip():
            found[name] += f" {line.strip()}"
    return found

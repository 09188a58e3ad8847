"""What the page of Schedule says of its operators and methods."""

import ast
import re
from collections.abc import Iterator
from typing import Any

from _build import docstring, markdown
from _build.names import Name, public_names, signature
from _build.picture import sketch

_BEFORE = {
    "a": "Linear(start=0.1, end=1.0, steps=25) >> Cosine(start=1.0, end=0.1, steps=75)",
    "b": "Constant(rate=0.5, steps=50)",
}
_WRITTEN = (
    "a >> b",
    "0.5 * a",
    "a + 0.2",
    "a.then(b)",
    "a.repeat(times=3, scale=0.5)",
    "a.cycled()",
    "a.clip(floor=0.3, ceiling=0.8)",
    "a.held(every=20)",
    "a.over(200)",
    "a.stretched(by=3.0)",
    "a.delayed(50)",
    "a.skipped(25)",
    "a.cut(50)",
    "a.overlapped(warmup(peak=1.0, steps=50))",
    "a.maximum(b)",
    "a.minimum(b)",
    "a.accumulated(4)",
)


def methods(name: Name) -> Iterator[str]:
    """Yield the tables of the operators and methods, each operator and maker tried out."""
    from paceline import schedules

    defined = _methods(name)
    variables = dict(vars(schedules))
    for letter, expression in _BEFORE.items():
        variables[letter] = eval(expression, variables)
    rows = []
    for written in _WRITTEN:
        made = eval(written, variables)
        method = re.match(r"a\.(\w+)", written)
        text = _first(defined.pop(method[1])) if method else _of_class(made)
        rows.append([markdown.code(written), text, _made(name, made), markdown.code(sketch(made))])
    forgotten = [each for each, node in defined.items() if _returns(node) == "Schedule"]
    if forgotten:
        raise ValueError(f"docs/_build/methods.py tries out no {', '.join(forgotten)}.")
    yield "## What makes another schedule"
    yield "Here, with the names of `paceline.schedules`:"
    yield markdown.block("\n".join(f"{letter} = {text}" for letter, text in _BEFORE.items()))
    yield markdown.table(["write", "for", "which is a", "shape"], rows)
    yield "## What reads a schedule"
    yield markdown.table(
        ["write", "for"], [[markdown.code(_call(node)), _first(node)] for node in defined.values()]
    )


def _methods(name: Name) -> dict[str, ast.FunctionDef]:
    body = ast.parse(name.file.read_text(encoding="utf-8")).body
    found = next(node for node in body if isinstance(node, ast.ClassDef) and node.name == name.name)
    return {
        node.name: node
        for node in found.body
        if isinstance(node, ast.FunctionDef)
        if node.name == "__call__" or not node.name.startswith("_")
    }


def _returns(node: ast.FunctionDef) -> str:
    return ast.unparse(node.returns) if node.returns else ""


def _call(node: ast.FunctionDef) -> str:
    kinds = {ast.unparse(each) for each in node.decorator_list}
    if node.name == "__call__":
        return "a(step)"
    if "property" in kinds:
        return f"a.{node.name}"
    text = signature(node)
    return f"type(a).{text.replace('cls, ', '')}" if "classmethod" in kinds else f"a.{text}"


def _first(node: ast.FunctionDef) -> str:
    """Return what a method's docstring says first."""
    summary = docstring.parse(ast.get_docstring(node) or "").summary
    return markdown.prose(re.sub(r": see `\w+`\.$", ".", docstring.as_noun(summary)))


def _of_class(made: Any) -> str:
    summary = public_names()[type(made).__name__].doc.summary
    return markdown.prose(re.sub(r"; what `.*` makes\.$", ".", summary))


def _made(name: Name, made: Any) -> str:
    kind = type(made).__name__
    return f"[`{kind}`]({markdown.link(public_names()[kind].page, name.page)})"

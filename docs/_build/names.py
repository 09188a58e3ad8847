"""The public names of paceline.schedules: where each is defined, and which page it has."""

import ast
import dataclasses
import functools
import inspect
from pathlib import Path
from typing import Any

from _build import docstring

ROOT = Path(__file__).parents[2]
ROOM = ROOT / "src" / "paceline" / "schedules"
PAGES = ROOT / "docs" / "reference" / "schedules"
IMAGES = ROOT / "docs" / "images" / "schedules"

GROUPS = {
    "segments": "Segments",
    "wrappers": "Wrappers",
    "recipes": "Recipes",
    "units": "Units",
    "files": "Files",
    "types": "Types",
}
_UNITS = ("Length", "count_steps", "from_epochs", "per_epoch", "scale_peak")
_FILES = ("from_keras", "load_schedule", "parse_schedule", "save_schedule")
_TYPES = ("Recipe", "Schedule", "ScheduleTable", "TableRow")

_Node = ast.ClassDef | ast.FunctionDef | ast.Assign


@dataclasses.dataclass(frozen=True, kw_only=True)
class Argument:
    """An argument as its signature has it; the default is empty where there is none."""

    name: str
    kind: str
    default: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class Name:
    """A public name, with what its source says of it."""

    name: str
    value: Any
    group: str
    file: Path
    doc: docstring.Docstring
    arguments: tuple[Argument, ...]
    by_place: tuple[str, ...]
    returns: str

    @property
    def is_class(self) -> bool:
        return isinstance(self.value, type)

    @property
    def page(self) -> Path:
        """Where the page is; classes and recipes are apart, as some file systems see no case."""
        return PAGES / self._folder / f"{self.name}.md"

    @property
    def picture(self) -> Path:
        return IMAGES / self._folder / f"{self.name}.svg"

    @property
    def _folder(self) -> str:
        return "" if self.group == "types" else self.group


@functools.cache
def public_names() -> dict[str, Name]:
    """Return every public name of the room, sorted within its group."""
    from paceline import schedules

    room = ast.parse((ROOM / "__init__.py").read_text(encoding="utf-8"))
    files = {
        alias.name: ROOM / f"{node.module.rpartition('.')[2]}.py"
        for node in room.body
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }
    found = [_read(name, getattr(schedules, name), files[name]) for name in schedules.__all__]
    found.sort(key=lambda each: (list(GROUPS).index(each.group), each.name))
    return {each.name: each for each in found}


def _read(name: str, value: Any, file: Path) -> Name:
    body = ast.parse(file.read_text(encoding="utf-8")).body
    node, after = next(
        (node, after)
        for node, after in zip(body, [*body[1:], None], strict=True)
        if name in _defined(node)
    )
    assert isinstance(node, _Node)
    arguments, by_place = _arguments(node)
    returned = node.returns if isinstance(node, ast.FunctionDef) else None
    found = Name(
        name=name,
        value=value,
        group=_group(name, value, arguments),
        file=file,
        doc=docstring.parse(_documentation(node, after)),
        arguments=arguments,
        by_place=by_place,
        returns=ast.unparse(returned) if returned else "",
    )
    if list(found.doc.arguments) != [each.name for each in arguments]:
        raise ValueError(
            f"The docstring of {name} explains {', '.join(found.doc.arguments) or 'no argument'}; "
            f"its signature has {', '.join(each.name for each in arguments) or 'none'}."
        )
    return found


def _defined(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.ClassDef | ast.FunctionDef):
        return [node.name]
    if isinstance(node, ast.Assign):
        return [target.id for target in node.targets if isinstance(target, ast.Name)]
    return []


def _documentation(node: _Node, after: ast.stmt | None) -> str:
    """Return the docstring; that of a type alias stands behind it."""
    if isinstance(node, ast.Assign):
        assert isinstance(after, ast.Expr)
        return inspect.cleandoc(ast.literal_eval(after.value))
    return ast.get_docstring(node) or ""


def _arguments(node: _Node) -> tuple[tuple[Argument, ...], tuple[str, ...]]:
    """Return the arguments of a function or the fields of a dataclass; those by place too."""
    if isinstance(node, ast.FunctionDef):
        given = [*node.args.args, *node.args.kwonlyargs]
        missing = [None] * (len(node.args.args) - len(node.args.defaults))
        defaults = [*missing, *node.args.defaults, *node.args.kw_defaults]
        found = [
            Argument(name=each.arg, kind=_text(each.annotation), default=_text(default))
            for each, default in zip(given, defaults, strict=True)
            if each.arg != "self"
        ]
        return tuple(found), tuple(each.arg for each in node.args.args)
    body = node.body if isinstance(node, ast.ClassDef) else []
    fields = [
        Argument(name=each.target.id, kind=_text(each.annotation), default=_text(each.value))
        for each in body
        if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
        if not _text(each.annotation).startswith("ClassVar")
    ]
    return tuple(fields), ()


def _text(node: ast.expr | None) -> str:
    return "" if node is None else ast.unparse(node)


def _group(name: str, value: Any, arguments: tuple[Argument, ...]) -> str:
    for group, names in (("units", _UNITS), ("files", _FILES), ("types", _TYPES)):
        if name in names:
            return group
    if not isinstance(value, type):
        return "recipes"
    holds_another = any("Schedule" in each.kind for each in arguments)
    return "wrappers" if holds_another else "segments"


def signature(node: ast.FunctionDef) -> str:
    """Return a call of a method with its arguments and their defaults, without types."""
    arguments, _ = _arguments(node)
    given = [f"{each.name}={each.default}" if each.default else each.name for each in arguments]
    return f"{node.name}({', '.join(given)})"

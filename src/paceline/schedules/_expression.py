"""Schedules written as text, read with `ast` and never evaluated."""

import ast
import inspect
import operator
from collections.abc import Callable
from typing import Any

from paceline.schedules import _arguments
from paceline.schedules._schedule import Schedule

_ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
_NOT_CALLED = ("Lambda", "Length", "Recipe", "Schedule", "ScheduleTable", "TableRow")
_NO_SCHEDULES = ("count_steps", "from_epochs", "from_keras", "scale_peak")
"""Names of the room that an expression can't call: a function has no text, a number no rate."""

_METHODS = (
    "accumulated",
    "clip",
    "cut",
    "cycled",
    "delayed",
    "held",
    "maximum",
    "minimum",
    "over",
    "overlapped",
    "repeat",
    "skipped",
    "stretched",
    "then",
)
"""Methods of a schedule that an expression can call."""


_ROOMS = ("paceline", "paceline.schedules")
"""What may stand before a name, as in the line of Python that a search ends with."""


class _RefusedError(ValueError):
    """The text can't be a schedule; the message is complete."""


def parse_schedule(text: str, *, peak: float | None = None) -> Schedule:
    """Return the schedule (or recipe) that `text` describes.

    The text is a Python expression of Paceline's schedules and recipes, their methods, `>>`, `*`,
    `+`, numbers and tuples, such as `"wsd(peak=3e-4, steps=10_000).clip(floor=1e-5)"`. It is
    parsed, never evaluated: no other name can be called.

    Args:
        text: the expression; `repr` of a schedule is one. `paceline.` or `paceline.schedules.` may
            stand before a name.
        peak: the peak of every call that needs one and leaves it out; None: it must be given.

    Raises:
        ValueError: text that can't be read, an unknown name or argument, a bad value.
        TypeError: what is no text.

    Example:
        >>> parse_schedule("0.5 * cosine(peak=1e-2, steps=100)")
        0.5 * Cosine(start=0.01, end=0.0, steps=100)
        >>> parse_schedule("cosine(steps=100)", peak=0.03)
        Cosine(start=0.03, end=0.0, steps=100)
    """
    if not isinstance(text, str):
        raise TypeError(
            f"parse_schedule needs a text; got {text!r} ({type(text).__name__}). Write an "
            'expression, such as "cosine(peak=1e-2)".'
        )
    try:
        tree = _Bare().visit(ast.parse(text.strip(), mode="eval"))
        if peak is not None:
            _give_peak(tree, peak)
        result = _value(tree.body)
        if not isinstance(result, Schedule):
            raise _RefusedError(
                f"{result!r} is no schedule. Write one, such as constant(peak=1e-3)"
            )
    except (SyntaxError, RecursionError, MemoryError) as error:
        reason = error.msg if isinstance(error, SyntaxError) else "it is nested too deeply"
        raise ValueError(f"The schedule {_short(text)} can't be read: {reason}.") from None
    except (TypeError, ValueError, ArithmeticError) as error:
        said = str(error).rstrip(".")
        end = "" if said.endswith("?") else "."
        raise ValueError(f"The schedule {_short(text)}: {said}{end}") from None
    return result


class _Bare(ast.NodeTransformer):
    """Takes the room off the names of it: paceline.wsd and paceline.schedules.wsd are wsd."""

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if ast.unparse(node.value) in _ROOMS:
            return ast.Name(id=node.attr, ctx=node.ctx)
        return self.generic_visit(node)


def _short(text: str) -> str:
    return repr(text if len(text) <= 200 else text[:200] + "...")


def _give_peak(tree: ast.AST, peak: float) -> None:
    """Add the argument `peak` to every call in `tree` that needs it and leaves it out."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        if node.func.id not in _known():
            continue
        needed = inspect.signature(_builder(node.func.id)).parameters.get("peak")
        given = {keyword.arg for keyword in node.keywords}
        if needed is not None and needed.default is needed.empty and "peak" not in given:
            node.keywords.insert(0, ast.keyword(arg="peak", value=ast.Constant(value=peak)))


def _value(node: ast.expr) -> Any:
    match node:
        case ast.Constant(value=int() | float() | str() | None):
            return node.value
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            return tuple(_value(element) for element in elements)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_number(_value(operand))
        case ast.BinOp(left=left, op=ast.RShift(), right=right):
            return _schedule(_value(left)) >> _schedule(_value(right))
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _ARITHMETIC:
            return _combine(sign, _value(left), _value(right))
        case ast.Call(func=ast.Name(id=name), args=[], keywords=keywords):
            return _call(name, keywords)
        case ast.Call(func=ast.Attribute(value=owner, attr=name), args=given, keywords=keywords):
            return _call_method(_value(owner), name, given, keywords)
        case ast.Call(func=ast.Name(id="per_epoch"), args=given, keywords=keywords):
            return _bound(_builder("per_epoch"), given, keywords)
        case ast.Call(func=ast.Name(id=name)):
            raise _RefusedError(
                f"{name} takes arguments by name only. Write {_arguments.usage(_builder(name))}"
            )
        case ast.Name(id=name) if name in {"nan", "inf"}:
            return float(name)
        case ast.Name(id=name):
            raise _RefusedError(f"{name} must be called. Write {_arguments.usage(_builder(name))}")
    raise _RefusedError(
        f"{ast.unparse(node)!r} is not allowed. Use schedules, numbers, tuples, >>, * and +"
    )


def _schedule(value: Any) -> Schedule:
    if isinstance(value, Schedule):
        return value
    raise _RefusedError(f">> needs a schedule on each side; got {value!r}. Use constant(peak=...)")


def _number(value: Any) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        if abs(value) <= 10**300 or not abs(value) < float("inf"):
            return value
        raise _RefusedError("a number is above 1e300. Give a smaller one")
    raise _RefusedError(f"arithmetic needs numbers; got {value!r}. Use >> to join schedules")


def _combine(sign: ast.operator, left: Any, right: Any) -> Any:
    if isinstance(sign, ast.Mult) and isinstance(left, Schedule):
        return left * right
    if isinstance(sign, ast.Mult) and isinstance(right, Schedule):
        return left * right
    if isinstance(sign, ast.Add) and isinstance(left, Schedule):
        return left + right
    if isinstance(sign, ast.Add) and isinstance(right, Schedule):
        return right + left
    left, right = _number(left), _number(right)
    if isinstance(sign, ast.Pow) and abs(right) > 100:
        raise _RefusedError(f"the exponent {right!r} is above 100. Write the number itself")
    return _ARITHMETIC[type(sign)](left, right)


def _call(name: str, keywords: list[ast.keyword]) -> Schedule:
    build = _builder(name)
    given = _by_name(keywords)
    _arguments.arguments(build, given)
    return build(**given)


def _call_method(
    owner: Any, name: str, given: list[ast.expr], keywords: list[ast.keyword]
) -> Schedule:
    if not isinstance(owner, Schedule):
        raise _RefusedError(f"a method needs a schedule before it; got {owner!r}.{name}(...)")
    if name not in _METHODS:
        guess = _arguments.suggestion(name, _METHODS) or f" Known are: {', '.join(_METHODS)}"
        raise _RefusedError(f"{name} is no method that gives a schedule.{guess}")
    return _bound(getattr(owner, name), given, keywords)


def _bound(
    build: Callable[..., Schedule], given: list[ast.expr], keywords: list[ast.keyword]
) -> Schedule:
    """Call `build`, which takes its first arguments by place too."""
    names = list(inspect.signature(build).parameters)
    if len(given) > len(names):
        raise _RefusedError(f"too many arguments. Write {_arguments.usage(build)}")
    by_place = {name: _value(value) for name, value in zip(names, given, strict=False)}
    by_name = _by_name(keywords)
    for name in by_place.keys() & by_name.keys():
        raise _RefusedError(f"{name} is given twice. Write {_arguments.usage(build)}")
    _arguments.arguments(build, by_place | by_name)
    return build(**by_place, **by_name)


def _by_name(keywords: list[ast.keyword]) -> dict[str, Any]:
    if any(keyword.arg is None for keyword in keywords):
        raise _RefusedError("** is not allowed. Write each argument by its name")
    names = [str(keyword.arg) for keyword in keywords]
    for name in names:
        if names.count(name) > 1:
            raise _RefusedError(f"{name} is given twice. Leave one out")
    return {str(keyword.arg): _value(keyword.value) for keyword in keywords}


def _builder(name: str) -> Callable[..., Schedule]:
    from paceline import schedules

    known = _known()
    if name in known:
        return getattr(schedules, name)
    guess = _arguments.suggestion(name, known) or f" Known are: {', '.join(known)}"
    raise _RefusedError(f"{name} is no schedule.{guess}")


def _known() -> list[str]:
    from paceline import schedules

    return [
        each
        for each in schedules.__all__
        if each not in (*_NOT_CALLED, *_NO_SCHEDULES) and not each.endswith("_schedule")
    ]

"""Schedules written as text, read with `ast` and never evaluated."""

import ast
import operator
from collections.abc import Callable
from typing import Any

from paceline.schedules._schedule import Schedule

_ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


def parse_schedule(text: str) -> Schedule:
    """Return the schedule (or recipe) that `text` describes.

    The text is a Python expression of Paceline's schedules and recipes, `>>`, `*`, numbers and
    tuples, such as `"wsd(peak=3e-4, steps=10_000)"`. It is parsed, never evaluated: no other name
    can be called.

    Args:
        text: the expression.

    Raises:
        ValueError: text that can't be read, an unknown name or argument, a bad value.

    Example:
        >>> parse_schedule("0.5 * cosine(peak=1e-2, steps=100)")
        0.5 * Cosine(start=0.01, end=0.0, steps=100)
    """
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError) as error:
        reason = error.msg if isinstance(error, SyntaxError) else str(error)
        raise _wrong(text, f"it can't be read: {reason}") from None
    try:
        result = _value(tree.body, text)
    except (TypeError, ValueError, ArithmeticError, RecursionError) as error:
        if str(error).startswith("The schedule "):
            raise
        raise _wrong(text, str(error)) from error
    if not isinstance(result, Schedule):
        raise _wrong(text, "it is no schedule. Write one, such as constant(peak=1e-3)")
    return result


def _wrong(text: str, reason: str) -> ValueError:
    return ValueError(f"The schedule {text!r}: {reason}")


def _value(node: ast.expr, text: str) -> Any:
    match node:
        case ast.Constant(value=int() | float() | None):
            return node.value
        case ast.Constant(value=str()):
            return node.value
        case ast.Tuple(elts=items) | ast.List(elts=items):
            return tuple(_value(item, text) for item in items)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_number(_value(operand, text), text)
        case ast.BinOp(left=left, op=ast.RShift(), right=right):
            return _value(left, text) >> _value(right, text)
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _ARITHMETIC:
            return _combine(sign, _value(left, text), _value(right, text), text)
        case ast.Call(func=ast.Name(id=name), args=[], keywords=keywords):
            return _call(name, keywords, text)
        case ast.Call(func=ast.Name(id=name)):
            raise _wrong(text, f"{name} takes arguments by name only, such as {name}(peak=1e-3)")
        case ast.Name(id=name) if name in {"nan", "inf"}:
            return float(name)
    raise _wrong(
        text,
        f"{ast.unparse(node)!r} is not allowed. Use schedules, numbers, tuples, >> and *",
    )


def _number(value: Any, text: str) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    raise _wrong(text, f"a sign needs a number; got {value!r}")


def _combine(sign: ast.operator, left: Any, right: Any, text: str) -> Any:
    if isinstance(sign, ast.Pow) and abs(_number(right, text)) > 100:
        raise _wrong(text, f"the exponent {right!r} is above 100. Write the number itself")
    return _ARITHMETIC[type(sign)](left, right)


def _call(name: str, keywords: list[ast.keyword], text: str) -> Schedule:
    from paceline import schedules

    known = [item for item in schedules.__all__ if item not in _NOT_SCHEDULES]
    if name not in known:
        raise _wrong(text, f"{name!r} is no schedule. Known are: {', '.join(known)}")
    arguments = {}
    for keyword in keywords:
        if keyword.arg is None:
            raise _wrong(text, "** is not allowed. Write each argument by its name")
        arguments[keyword.arg] = _value(keyword.value, text)
    build: Callable[..., Schedule] = getattr(schedules, name)
    return build(**arguments)


_NOT_SCHEDULES = frozenset(
    {"Length", "Recipe", "Schedule", "load_schedule", "parse_schedule", "save_schedule"}
)

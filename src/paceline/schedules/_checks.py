"""What every schedule checks about its arguments, in one wording: need, value, way out."""

import math
import numbers
from typing import Any

FIX_RATE = "Give a finite number of 0 or more, such as 1e-3."


def _store(owner: object, name: str, value: Any) -> None:
    object.__setattr__(owner, name, value)


def number(value: Any, *, what: str, fix: str) -> float:
    """Return `value` as a float, or raise with `what` is needed and the way out."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError(f"{what}; got {value!r} ({type(value).__name__}). {fix}")
    if not math.isfinite(value):
        raise ValueError(f"{what}; got {value!r}. {fix}")
    return float(value)


def rates(owner: object, *names: str) -> None:
    """Fields that are rates or factors: finite and not negative."""
    for name in names:
        _store(owner, name, rate(getattr(owner, name), owner=type(owner).__name__, name=name))


def rate(value: Any, *, owner: str, name: str) -> float:
    """Return `value` as a float of 0 or more."""
    what = f"{owner} needs {name} >= 0"
    checked = number(value, what=what, fix=FIX_RATE)
    if checked < 0:
        raise ValueError(f"{what}; got {name}={value!r}. {FIX_RATE}")
    return checked


def positive(owner: object, *names: str) -> None:
    """Fields that are finite and above zero."""
    for name in names:
        what = f"{type(owner).__name__} needs {name} > 0"
        fix = "Give a finite number above 0, such as 0.5."
        value = number(getattr(owner, name), what=what, fix=fix)
        if value <= 0:
            raise ValueError(f"{what}; got {name}={value!r}. {fix}")
        _store(owner, name, value)


def count(value: Any, *, owner: str, name: str, least: int = 1, fix: str) -> int:
    """Return `value` as a Python int of at least `least`."""
    what = f"{owner} needs {name} {'> 0' if least == 1 else f'>= {least}'}"
    if isinstance(value, bool) or not isinstance(value, numbers.Integral):
        raise TypeError(
            f"{what}, a whole number of updates; got {name}={value!r} "
            f"({type(value).__name__}). {fix}"
        )
    if value < least:
        raise ValueError(f"{what}; got {name}={value!r}. {fix}")
    return int(value)


def steps(owner: object, *names: str, optional: bool = False) -> None:
    """Fields that count updates: whole numbers above zero (or None where `optional`)."""
    for name in names:
        value = getattr(owner, name)
        if value is None and optional:
            continue
        fix = (
            "For a schedule that never ends leave it out."
            if optional
            else "For a fixed rate use Constant(rate=...)."
        )
        _store(owner, name, count(value, owner=type(owner).__name__, name=name, fix=fix))


def sequence(owner: object, name: str, *, of: str) -> tuple[Any, ...]:
    """A field that is a list of things, as a tuple."""
    value = getattr(owner, name)
    what = f"{type(owner).__name__} needs {name}, a tuple of {of}"
    if isinstance(value, str | bytes) or not hasattr(value, "__iter__"):
        raise TypeError(f"{what}; got {value!r} ({type(value).__name__}). Write it as (a, b, ...).")
    items = tuple(value)
    if not items:
        raise ValueError(f"{what}; got an empty one. Give at least one.")
    _store(owner, name, items)
    return items


def rate_sequence(owner: object, name: str) -> tuple[float, ...]:
    """A field that is a list of rates, as a tuple of floats."""
    checked = tuple(
        rate(value, owner=type(owner).__name__, name=f"{name}[{index}]")
        for index, value in enumerate(sequence(owner, name, of="rates"))
    )
    _store(owner, name, checked)
    return checked


def flag(owner: object, name: str) -> None:
    """A field that is True or False."""
    value = getattr(owner, name)
    if not isinstance(value, bool):
        raise TypeError(
            f"{type(owner).__name__} needs {name} to be True or False; got {value!r}. "
            f"Write {name}=True."
        )

"""What every schedule checks about its arguments, in one wording: need, value, way out."""

import math
import numbers
from collections.abc import Iterable
from typing import Any

import numpy as np

from paceline.schedules._arguments import suggestion
from paceline.schedules._schedule import Schedule

_REAL: type[Any] = numbers.Real
_WHOLE: type[Any] = numbers.Integral
LARGEST_RATE = float(np.finfo(np.float32).max)
_SMALLEST_RATE = float(np.finfo(np.float32).tiny)
_LARGEST_COUNT = 2**53
_RATE = "Give a number of 0 or more that float32 can hold, such as 1e-3."
_POSITIVE = "Give a finite number above 0, such as 0.5."


def _store(owner: object, name: str, value: Any) -> None:
    object.__setattr__(owner, name, value)


def _number(value: Any, *, owner: str, name: str, need: str, fix: str) -> float:
    what = f"{owner} needs {name} {need}; got {name}={value!r}"
    if isinstance(value, bool) or not isinstance(value, _REAL):
        raise TypeError(f"{what} ({type(value).__name__}). {fix}")
    if not -LARGEST_RATE <= value <= LARGEST_RATE:  # NaN too; larger is inf in float32
        raise ValueError(f"{what}. {fix}")
    return float(value)


def rates(owner: object, *names: str) -> None:
    """Check fields that are rates or factors: finite and not negative."""
    for name in names:
        _store(owner, name, rate(getattr(owner, name), owner=type(owner).__name__, name=name))


def rate(value: Any, *, owner: str, name: str) -> float:
    """Return `value` as a float of 0 or more."""
    checked = _number(value, owner=owner, name=name, need=">= 0", fix=_RATE)
    if checked < 0:
        raise ValueError(f"{owner} needs {name} >= 0; got {name}={value!r}. {_RATE}")
    return checked


def share(value: Any, *, owner: str, name: str, fix: str) -> float:
    """Return `value` as a float in (0, 1]."""
    need = "above 0 and at most 1"
    checked = _number(value, owner=owner, name=name, need=need, fix=fix)
    if not _SMALLEST_RATE <= checked <= 1:
        raise ValueError(f"{owner} needs {name} {need}; got {name}={value!r}. {fix}")
    return checked


def between(value: Any, *, owner: str, name: str, least: float, most: float, fix: str) -> float:
    """Return `value` as a float from `least` to `most`, both included."""
    need = f"from {least:g} to {most:g}"
    checked = _number(value, owner=owner, name=name, need=need, fix=fix)
    if not least <= checked <= most:
        raise ValueError(f"{owner} needs {name} {need}; got {name}={value!r}. {fix}")
    return checked


def schedules(owner: object, *names: str, ends: bool = False) -> None:
    """Check fields that are schedules, which know their horizon and, where asked, end."""
    for name in names:
        value, title = getattr(owner, name), type(owner).__name__
        if not isinstance(value, Schedule):
            raise TypeError(
                f"{title} needs {name}, a schedule; got {name}={value!r} "
                f"({type(value).__name__}). For a fixed rate use Constant(rate=...)."
            )
        if value.length is None and ends:  # a recipe without steps says here that it has none
            raise ValueError(
                f"{title} needs {name} that ends; got {name}={value!r}. Give it a length "
                "(steps=...), or cut it with .cut(steps)."
            )


def choice(value: Any, *, owner: str, name: str, known: Iterable[str]) -> str:
    """Return `value`, which is one of the texts `known`."""
    known = list(known)
    if value not in known:
        kind = ValueError if isinstance(value, str) else TypeError
        shown = ", ".join(map(repr, known))
        hint = suggestion(value, known) if isinstance(value, str) else ""
        raise kind(f"{owner} needs {name} from {shown}; got {name}={value!r}.{hint} Name one.")
    return value


def positive(owner: object, *names: str) -> None:
    """Check fields that are finite and above zero."""
    for name in names:
        value = getattr(owner, name)
        checked = above_zero(value, owner=type(owner).__name__, name=name, fix=_POSITIVE)
        _store(owner, name, checked)


def above_zero(value: Any, *, owner: str, name: str, fix: str) -> float:
    """Return `value` as a float above 0."""
    checked = _number(value, owner=owner, name=name, need="> 0", fix=fix)
    if 0 < checked < _SMALLEST_RATE:
        raise ValueError(f"{owner} needs {name} that float32 can hold; got {name}={value!r}. {fix}")
    if checked <= 0:
        raise ValueError(f"{owner} needs {name} > 0; got {name}={value!r}. {fix}")
    return checked


def count(value: Any, *, owner: str, name: str, least: int = 1, fix: str) -> int:
    """Return `value` as a Python int of at least `least`."""
    what = f"{owner} needs {name} {'> 0' if least == 1 else f'>= {least}'}"
    if isinstance(value, bool) or not isinstance(value, _WHOLE):
        raise TypeError(
            f"{what}, a whole number; got {name}={value!r} ({type(value).__name__}). {fix}"
        )
    if value > _LARGEST_COUNT:
        raise ValueError(f"{owner} needs {name} <= 2**53; got {name}={value!r}. {fix}")
    if value < least:
        raise ValueError(f"{what}; got {name}={value!r}. {fix}")
    return int(value)


def steps(owner: object, *names: str, optional: bool = False, fix: str = "") -> None:
    """Check fields that count updates: whole numbers above zero (or None where `optional`)."""
    for name in names:
        value = getattr(owner, name)
        if value is None and optional:
            continue
        if optional:
            fix = fix or "For a schedule that never ends leave it out."
        fix = fix or "For a fixed rate use Constant(rate=...)."
        _store(owner, name, count(value, owner=type(owner).__name__, name=name, fix=fix))


def items(value: Any, *, owner: str, name: str, of: str) -> tuple[Any, ...]:
    """Return `value`, a list of things, as a tuple with one or more."""
    what = f"{owner} needs {name}, a tuple of {of}; got {name}={value!r}"
    fix = "Write it as (a, b), or (a,) for one alone."
    if isinstance(value, str | bytes) or not hasattr(value, "__iter__"):
        raise TypeError(f"{what} ({type(value).__name__}). {fix}")
    if isinstance(value, set | frozenset | dict):
        raise TypeError(f"{what} ({type(value).__name__}), which has no order. {fix}")
    found = tuple(value)
    if not found:
        raise ValueError(f"{what}, which is empty. {fix}")
    return found


def sequence(owner: object, name: str, *, of: str) -> tuple[Any, ...]:
    """Check a field that is a list of things, and make it a tuple."""
    found = items(getattr(owner, name), owner=type(owner).__name__, name=name, of=of)
    _store(owner, name, found)
    return found


def rate_sequence(owner: object, name: str) -> tuple[float, ...]:
    """Check a field that is a list of rates, and make it a tuple of floats."""
    checked = tuple(
        rate(value, owner=type(owner).__name__, name=f"{name}[{index}]")
        for index, value in enumerate(sequence(owner, name, of="rates"))
    )
    _store(owner, name, checked)
    return checked


def grows(rate: float, log_factor: float, *, owner: str, what: str) -> None:
    """Check that `rate`, multiplied by e^log_factor, stays a number that float32 can hold."""
    if log_factor + math.log(rate or 1.0) > math.log(LARGEST_RATE):
        raise ValueError(
            f"{owner} needs rates that float32 can hold; got {what}. Make it grow less."
        )


def flag(owner: object, name: str) -> None:
    """Check a field that is True or False."""
    value = getattr(owner, name)
    if not isinstance(value, bool):
        raise TypeError(
            f"{type(owner).__name__} needs {name} to be True or False; got {name}={value!r} "
            f"({type(value).__name__}). Write {name}=True."
        )

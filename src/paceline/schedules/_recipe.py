"""Recipes: functions that compose schedules, with or without knowing the horizon."""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Callable, Mapping
from typing import Any, NoReturn, ParamSpec

import numpy as np

from paceline.schedules import _arguments, _checks
from paceline.schedules._chain import Chain
from paceline.schedules._schedule import Schedule

Length = int | float
"""An int counts updates; a float in (0, 1) is a fraction of the recipe's own steps.

Example:
    >>> from paceline.schedules import flat_cosine
    >>> flat_cosine(peak=1, steps=200, stable=0.75) == flat_cosine(peak=1, steps=200, stable=150)
    True
"""

_Arguments = ParamSpec("_Arguments")

_RATES = ("peak", "floor", "start_factor", "end_factor")
_MOST_CYCLES = 1_000
_ANY_HORIZON = 10**12
"""Long enough for any recipe: one without steps is tried on it, so that errors come at once."""


@dataclasses.dataclass(frozen=True, kw_only=True, repr=False)
class Recipe(Schedule):
    """A schedule that does not know its horizon yet: `wsd(peak=1e-2)` without `steps`.

    recipe.over(steps) = build(steps=steps, **arguments). `compare` and the command line bind
    recipes to the task's horizon; until then a recipe has no rate. Call a recipe's function to
    make one.

    Args:
        build: the function, such as `wsd`.
        arguments: what it was given, by name.

    Raises:
        ValueError: the length, a rate, a table or a chart is asked for before it is bound.

    Example:
        >>> from paceline.schedules import cosine
        >>> waiting = cosine(peak=0.1)
        >>> waiting.over(100)
        Cosine(start=0.1, end=0.0, steps=100)
    """

    build: Callable[..., Schedule]
    arguments: Mapping[str, Any]

    def over(self, steps: int) -> Schedule:
        """Return the schedule that this recipe makes for `steps` updates."""
        return self.build(steps=steps, **self.arguments)

    @property
    def length(self) -> NoReturn:
        """Raise: a recipe has none yet."""
        self._refuse()

    def _rate(self, position: Any, xp: Any) -> NoReturn:
        self._refuse()

    def get_config(self) -> NoReturn:
        """Raise: a recipe can't be saved before it is bound."""
        self._refuse()

    def _refuse(self) -> NoReturn:
        name = self.build.__name__
        raise ValueError(
            f"{self!r} does not know its horizon yet. Give the number of updates, "
            f"{name}(..., steps=10_000), or bind it with .over(10_000)."
        )

    def __hash__(self) -> int:
        return hash((self.build, tuple(sorted(self.arguments.items()))))

    def __repr__(self) -> str:
        """Return an expression that makes this recipe."""
        given = ", ".join(f"{name}={value!r}" for name, value in self.arguments.items())
        return f"{self.build.__name__}({given})"


def recipe(build: Callable[_Arguments, Schedule]) -> Callable[_Arguments, Schedule]:
    """Let `build` be called without `steps`: it then returns a Recipe that waits for them."""

    @functools.wraps(build)
    def call(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> Schedule:
        title = build.__name__
        _arguments.arguments(build, kwargs, by_place=args)
        given = {name: _plain(value) for name, value in kwargs.items() if name != "steps"}
        for name in _RATES:
            if name in given:
                given[name] = _checks.rate(given[name], owner=title, name=name)
        if given.get("floor", 0) > given.get("peak", math.inf):
            raise ValueError(
                f"{title} needs floor <= peak; got floor={given['floor']!r}, "
                f"peak={given['peak']!r}. For a rate that rises use Linear(start=..., end=...)."
            )
        unbound: Callable[..., Schedule] = build
        if kwargs.get("steps") is not None:
            return unbound(steps=kwargs["steps"], **given)
        unbound(steps=_ANY_HORIZON, **given)
        return Recipe(build=call, arguments=given)

    return call


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    return tuple(map(_plain, value)) if isinstance(value, list | tuple) else value


def span(owner: str, steps: Any, **lengths: Length) -> tuple[int, ...]:
    """Return `steps` and each length in updates, checked to fit together."""
    fix = "Give the number of updates the schedule is made for."
    total = _checks.count(steps, owner=owner, name="steps", fix=fix)
    counts = [
        as_steps(value, total, owner=owner, name=name, least=0) for name, value in lengths.items()
    ]
    if sum(counts) > total:
        shown = " + ".join(f"{name}={value!r}" for name, value in lengths.items())
        raise ValueError(
            f"{owner} needs {shown} to fit into {horizon(total)}. Make them shorter, or write "
            "them as fractions of steps, such as 0.1."
        )
    return (total, *counts)


def cycles_fit(owner: str, steps: Any, cycles: int, least: int = 1) -> int:
    """Return `steps`, checked to hold so many cycles of `least` steps or more."""
    fix = "Give the number of updates the schedule is made for."
    total = _checks.count(steps, owner=owner, name="steps", fix=fix)
    if cycles > _MOST_CYCLES or cycles * least > total:
        raise ValueError(
            f"{owner} needs at most {_MOST_CYCLES} cycles, of {least} or more of {horizon(total)} "
            f"each; got cycles={cycles!r}. Give fewer."
        )
    return total


def horizon(total: int) -> str:
    """Return how an error names the horizon `total`, which may not be known yet."""
    return f"steps={total}" if is_known(total) else "its steps"


def is_known(total: int) -> bool:
    """Return whether `total` is a horizon, and not what a recipe is tried on."""
    return total <= _ANY_HORIZON // 100


def as_steps(value: Any, total: int, *, owner: str, name: str, least: int = 1) -> int:
    """Return a recipe's length in updates: an int, or a float in (0, 1) as a share of `total`."""
    fix = "An int counts updates; a float in (0, 1) is a fraction of steps."
    if not isinstance(value, float):
        return _checks.count(value, owner=owner, name=name, least=least, fix=fix)
    if value == 0 and least == 0:
        return 0
    if not 0 < value < 1:
        raise ValueError(
            f"{owner} needs {name} as a whole number of updates or as a fraction in (0, 1); "
            f"got {name}={value!r}. For updates write an int, for a share a float such as 0.05."
        )
    updates = math.floor(value * total + 1e-9)  # 0.29 * 100 is 28.999...
    if updates < least:
        raise ValueError(
            f"{owner} needs {name} of {least} update or more; got {name}={value!r} of "
            f"{horizon(total)}, which is {updates}. {fix}"
        )
    return updates


def join(*parts: Schedule | None) -> Schedule:
    """Chain the parts that are there."""
    there = tuple(part for part in parts if part is not None)
    return there[0] if len(there) == 1 else Chain(parts=there)

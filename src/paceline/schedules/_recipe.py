"""Recipes: functions that compose schedules, with or without knowing the horizon."""

from __future__ import annotations

import dataclasses
import functools
import inspect
import math
from collections.abc import Callable, Mapping
from typing import Any, NoReturn, ParamSpec

from paceline.schedules import _checks
from paceline.schedules._schedule import Schedule

Length = int | float
"""An int counts updates; a float in (0, 1) is a fraction of the recipe's own steps."""

_Arguments = ParamSpec("_Arguments")

_RATES = frozenset({"peak", "floor", "factor", "start_factor", "end_factor"})
_LONG = 10**12
"""A horizon that any recipe fits into."""


@dataclasses.dataclass(frozen=True, repr=False)
class Recipe(Schedule):
    """A schedule that does not know its horizon yet: `wsd(peak=1e-2)` without `steps`.

    `recipe.over(steps)` is a schedule; `compare` and the command line bind recipes to the task's
    horizon. Until then it has no rate.
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

    def _at(self, position: Any, xp: Any) -> NoReturn:
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
    signature = inspect.signature(build)

    @functools.wraps(build)
    def call(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> Schedule:
        try:
            signature.bind(*args, **kwargs)
        except TypeError as error:
            raise TypeError(f"{build.__name__}: {error}. Write {build.__name__}{signature}") from None
        for name in _RATES.intersection(kwargs):
            _checks.rate(kwargs[name], owner=build.__name__, name=name)
        if kwargs.get("steps") is not None:
            return build(*args, **kwargs)
        given = {name: value for name, value in kwargs.items() if name != "steps"}
        waiting = Recipe(build=call, arguments=given)
        waiting.over(_LONG)  # a bad argument is named now, not when the recipe is bound
        return waiting

    return call


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
            f"{owner} needs {shown} to fit into steps={total}; together they take {sum(counts)}. "
            "Make them shorter, or write them as fractions such as 0.1."
        )
    return (total, *counts)


def as_steps(value: Any, total: int, *, owner: str, name: str, least: int = 1) -> int:
    """Return a recipe's length in updates: ints are updates, floats in (0, 1) fractions of `total`."""
    if isinstance(value, float) and value != 0:
        if not 0 < value < 1:
            raise ValueError(
                f"{owner} needs {name} as a whole number of updates or as a fraction in (0, 1); "
                f"got {name}={value!r}. For that many updates write an int; for a share, 0.05."
            )
        return math.floor(value * total + 1e-9)
    if isinstance(value, float):
        value = 0
    fix = "An int counts updates; a float in (0, 1) is a fraction of steps."
    return _checks.count(value, owner=owner, name=name, least=least, fix=fix)


def join(*parts: Schedule | None) -> Schedule:
    """Chain the parts that are there."""
    return functools.reduce(lambda early, late: early >> late, filter(None, parts))

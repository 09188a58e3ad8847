"""Arguments by name: errors that say which one is unknown or missing, and the nearest known."""

import difflib
import functools
import inspect
from collections.abc import Callable, Iterable
from typing import Any


def name_arguments(cls: Any) -> None:
    """Let errors about the arguments of `cls` be those of `arguments`."""
    initialize = cls.__init__

    @functools.wraps(initialize)
    def checked(self: Any, *args: Any, **kwargs: Any) -> None:
        try:
            initialize(self, *args, **kwargs)
        except TypeError:
            arguments(cls, kwargs, by_place=args)
            raise

    cls.__init__ = checked


def arguments(
    build: Callable[..., Any], given: Iterable[str], by_place: tuple[Any, ...] = ()
) -> None:
    """Check that `given` names the arguments of `build`, with none unknown and none missing."""
    parameters = inspect.signature(build).parameters
    given, title = set(given), build.__name__
    if by_place:
        raise TypeError(
            f"{title} takes arguments by name only; got {by_place[0]!r}. Write {usage(build)}."
        )
    for name in sorted(given - set(parameters)):
        raise TypeError(
            f"{title} has no argument {name!r}.{suggestion(name, parameters)} Write {usage(build)}."
        )
    for name, parameter in parameters.items():
        if parameter.default is parameter.empty and name not in given:
            raise TypeError(f"{title} needs {name}; got none. Write {usage(build)}.")


def usage(build: Callable[..., Any]) -> str:
    """Return a call of `build` with its arguments and their defaults, without types."""
    shown = (
        f"{name}={'...' if parameter.default is parameter.empty else repr(parameter.default)}"
        for name, parameter in inspect.signature(build).parameters.items()
    )
    return f"{build.__name__}({', '.join(shown)})"


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return " Did you mean ...?" with the nearest known name, or nothing."""
    by_lower = {each.lower(): each for each in known}
    nearest = difflib.get_close_matches(name.lower(), by_lower, n=1)
    return f" Did you mean {by_lower[nearest[0]]}?" if nearest else ""

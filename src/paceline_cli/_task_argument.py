"""A task as the command line gives it: FILE.py, FILE.py:function or package.module:function."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import inspect
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

from paceline_cli._users_errors import users_errors

if TYPE_CHECKING:
    from paceline.trials import Task


class TaskArgument(NamedTuple):
    """What a task argument names."""

    name: str
    """What the task is called in the store and in reports."""
    make: Callable[[], Task]
    schedules: Callable[..., Any] | None
    """The function `schedules` beside the task's, where there is one."""


def read_task(text: str) -> TaskArgument:
    """Return the function that `text` names, and the `schedules` beside it.

    Raises:
        ValueError: a file or module that can't be read or fails, or has no such function.
        FileNotFoundError: no such file.
    """
    place, _, function = text.partition(":") if ":" in text else (text, "", "task")
    is_file = place.endswith(".py") or os.sep in place or os.path.exists(place)
    module = _from_file(Path(place)) if is_file else _from_package(place, text)
    make = getattr(module, function, None)
    if not callable(make):
        known = [name for name, item in vars(module).items() if _is_function_of(module, item)]
        raise ValueError(
            f"{place} has no function {function!r} that makes the task. Define "
            f"`def {function or 'task'}() -> paceline.Task`, or name another with "
            f"{place}:FUNCTION; it has {', '.join(known) or 'none'}."
        )
    stem = Path(place).stem if is_file else place
    schedules = getattr(module, "schedules", None)
    return TaskArgument(
        name=stem if function == "task" else f"{stem}:{function}",
        make=make,
        schedules=schedules if callable(schedules) else None,
    )


def _is_function_of(module: ModuleType, item: Any) -> bool:
    return inspect.isfunction(item) and item.__module__ == module.__name__


def _from_file(path: Path) -> ModuleType:
    import cloudpickle

    if not path.is_file():
        raise FileNotFoundError(
            f"No task file {str(path)!r}. Give the path of a Python file with a function task()."
        )
    mark = hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:8]
    name = f"paceline_task_{path.stem.replace('-', '_')}_{mark}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ValueError(f"{str(path)!r} is no Python file. Give one that ends in .py.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    sys.path.insert(0, str(path.resolve().parent))
    with users_errors(f"The task file {path}"):
        spec.loader.exec_module(module)
    cloudpickle.register_pickle_by_value(module)
    return module


def _from_package(place: str, text: str) -> ModuleType:
    sys.path.insert(0, os.getcwd())
    if not all(part.isidentifier() for part in place.split(".")):
        raise ValueError(
            f"{text!r} names no task. Give FILE.py, FILE.py:function or package.module:function."
        )
    try:
        found = importlib.util.find_spec(place)
    except (ImportError, ValueError):
        found = None
    if found is None:
        raise ValueError(
            f"No task file or module {place!r}. Give FILE.py, FILE.py:function or "
            "package.module:function."
        )
    with users_errors(f"The task module {place}"):
        return importlib.import_module(place)

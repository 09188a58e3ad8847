"""Errors of the user's own code become one line that says where."""

import contextlib
import os
import sys
import sysconfig
import traceback
from collections.abc import Iterator


@contextlib.contextmanager
def users_errors(what: str) -> Iterator[None]:
    """Say in one line where and why the user's code failed; other errors pass.

    Raises:
        ValueError: what the user's code raised, with its file and line.
    """
    try:
        yield
    except (Exception, SystemExit) as error:
        where = _where(error)
        if where is None:
            raise
        raise ValueError(f"{what} failed: {_reason(error)} ({where}).") from error


def _where(error: BaseException) -> str | None:
    """Return the last place in the user's own code that the error, or its cause, came through."""
    if isinstance(error, SyntaxError) and error.filename and not _is_installed(error.filename):
        return f"{os.path.basename(error.filename)}, line {error.lineno}"
    own = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if os.path.isfile(frame.filename) and not _is_installed(frame.filename)
    ]
    if own:
        return f"{os.path.basename(own[-1].filename)}, line {own[-1].lineno}"
    return None if error.__cause__ is None else _where(error.__cause__)


def _is_installed(file: str) -> bool:
    if {"site-packages", "dist-packages"} & set(os.path.normpath(file).split(os.sep)):
        return True  # also of an environment beside this one: --user, PYTHONPATH, a .pth file
    paths = sysconfig.get_paths()
    places = [paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib", "scripts")]
    for package in ("paceline", "paceline_cli"):
        module = sys.modules.get(package)
        places += [os.path.dirname(str(module.__file__))] if module is not None else []
    real = os.path.realpath(file)
    return any(real.startswith(os.path.realpath(place) + os.sep) for place in places)


def _reason(error: BaseException) -> str:
    kind = type(error).__name__
    if isinstance(error, SyntaxError):
        return f"{kind}: {error.msg}"
    lines = str(error).strip().splitlines()
    text = lines[0] if lines else "no message"
    return text.rstrip(".") if kind == "TaskError" else f"{kind}: {text.rstrip('.')}"

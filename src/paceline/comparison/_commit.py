"""Which commit of the user's code a comparison ran."""

import inspect
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

_PATIENCE = 5.0
"""Seconds for git; a repository on a slow disk is not worth more."""


def commit_of(function: Callable[..., Any]) -> str | None:
    """Return the git commit of the folder that `function` is in, or None where there is none.

    The short hash, with "+ changes" where files of the commit were changed, or where the
    function's own file is not in it. Of a function that is in no file, that of the current folder.
    """
    file = _file_of(function)
    folder = Path.cwd() if file is None else file.parent
    commit = _git(folder, "describe", "--always", "--exclude=*", "--abbrev=10", "--dirty")
    if not commit:
        return None
    known = file is None or _git(folder, "ls-files", "--", file.name)
    commit, changed, _ = commit.partition("-dirty")
    return commit if known and not changed else f"{commit} + changes"


def _file_of(function: Callable[..., Any]) -> Path | None:
    try:
        file = Path(inspect.getsourcefile(inspect.unwrap(function)) or "")
    except TypeError:
        return None
    return file.resolve() if file.is_file() else None


def _git(folder: Path, *arguments: str) -> str:
    """Return what git prints; nothing where it can't answer."""
    call = ["git", "--no-optional-locks", "-C", str(folder), *arguments]
    try:
        done = subprocess.run(call, capture_output=True, text=True, timeout=_PATIENCE, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""

"""Schedules as the command line gives them: NAME=EXPRESSION, EXPRESSION or a JSON file."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paceline.schedules import Schedule

_NAMED = re.compile(r"([^=(]*)=(.*)", re.DOTALL)


def read_schedules(texts: Sequence[str], *, peak: float | None = None) -> dict[str, Schedule]:
    """Return the schedules that `texts` write, by name; recipes without steps stay recipes.

    Args:
        texts: each NAME=EXPRESSION, or an expression, whose name is then its text, or the path of
            a file that `paceline.save_schedule` wrote, whose name is then the file's.
        peak: the peak of every expression that leaves it out.

    Raises:
        ValueError: a text that is no schedule, an empty name, or two schedules with one name.
        FileNotFoundError: no such file.
    """
    schedules: dict[str, Schedule] = {}
    for text in texts:
        name, source = _split(text)
        if name in schedules:
            raise ValueError(
                f'Two schedules are named {name!r}. Give each a name of its own: "NAME={source}".'
            )
        schedules[name] = _read(source, peak)
    return schedules


def leave_peak_out(texts: Sequence[str]) -> bool:
    """Return whether one of `texts`, which a peak makes a schedule, is none without."""
    for text in texts:
        try:
            _read(_split(text)[1], None)
        except ValueError:
            return True
    return False


def _split(text: str) -> tuple[str, str]:
    match = None if os.path.isfile(text) else _NAMED.fullmatch(text)
    if match is None and _is_path(text):
        return Path(text).stem, text
    name, source = match.groups() if match else (text, text)
    name, source = name.strip(), source.strip()
    if not source:
        raise ValueError(
            f"A schedule needs an expression; got {text!r}. "
            'Write NAME=EXPRESSION, such as "cosine=cosine(peak=1e-2)".'
        )
    if not name:
        raise ValueError(
            f"A schedule needs a name before the '='; got {text!r}. "
            f'Write "NAME={source}", or the expression alone.'
        )
    if not name.isprintable():
        raise ValueError(
            f"A schedule's name needs plain text on one line; got {name!r}. "
            "Put a name of your own before it: NAME=EXPRESSION."
        )
    return name, source


def _read(source: str, peak: float | None) -> Schedule:
    from paceline.schedules import load_schedule, parse_schedule

    if not _is_path(source):
        return parse_schedule(source, peak=peak)
    return load_schedule(source)


def _is_path(text: str) -> bool:
    return os.path.isfile(text) or os.path.isdir(text) or text.lower().endswith(".json")

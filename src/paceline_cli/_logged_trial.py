"""A trial of a store, as the command line names it: VARIANT/SEED."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paceline.trials import Outcome

_SHOWN = 12
"""Variants that an error lists."""
_SIGNATURE = b"SQLite format 3\0"


def is_store(place: str) -> bool:
    """Return whether `place` is a database URL or an SQLite file."""
    if "://" in place:
        return True
    path = Path(place)
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(_SIGNATURE)) == _SIGNATURE


def read_trial(place: str, trial: str | None) -> Outcome:
    """Return the outcome of a store's trial.

    Raises:
        FileNotFoundError: no such store.
        ValueError: no such trial, or several; the message says which there are.
    """
    from paceline.execution import Store

    if "://" not in place and not Path(place).is_file():
        raise FileNotFoundError(
            f"No store {place!r}. Give the file that paceline compare wrote its trials to."
        )
    with Store(place, read_only=True) as store:
        variant, _, seed = (trial or "").rpartition("/")
        found = store.outcomes(variant, int(seed)) if seed.isdecimal() else []
        if len(found) == 1:
            return found[0][1]
        known = {name: f"{name}/{number}" for _, name, number, _ in store.trials()}
    if found:
        tasks = ", ".join(task for task, _ in found)
        raise ValueError(
            f"{place} has {len(found)} trials {trial!r}, of the tasks {tasks}. Give each task a "
            "store of its own."
        )
    raise ValueError(_which(place, trial, list(known.values())))


def _which(place: str, trial: str | None, known: Sequence[str]) -> str:
    if not known:
        return f"{place} has no trials yet. Run paceline compare with it."
    shown = ", ".join(repr(name) for name in known[:_SHOWN])
    more = f" and {len(known) - _SHOWN} variants more" if len(known) > _SHOWN else ""
    asked = "needs --trial" if trial is None else f"has no trial {trial!r}"
    return f"{place} {asked}. One of each variant: {shown}{more}. Name one: --trial {known[0]!r}."

"""What each search finds on a task with so many updates, and what that is worth on fresh seeds."""

import dataclasses
import functools
import hashlib
import statistics
from importlib.metadata import version
from pathlib import Path
from typing import Any

import _tune_peers
import _tune_tasks
from _kept import FOLDER, Kept
from _tune_grid import FRESH, Cell, final_loss, reference, space, suggested
from _tune_peers import PEERS, Account
from _tune_training import Program

import paceline
from paceline.schedules import Schedule
from paceline.tuning._space import Space

OURS = "paceline.tune"
METHODS = (OURS, *PEERS)

DECIDES = tuple(
    f"tuning/_{name}.py"
    for name in (
        *("budget", "confirm", "evaluate", "families", "pick", "rungs", "search", "space"),
        *("shares", "standings", "suggest", "trunks", "work"),
    )
)
"""The files of ours that decide what a search finds."""

ROOMS = Path(paceline.__file__).parent


def ours(name: str, updates: int, seed: int) -> tuple[Schedule, int]:
    """Return what `paceline.tune` finds on a task, and how many updates it made."""
    make = functools.partial(_tune_tasks.task, name)
    result = paceline.tune(make, budget=f"{updates} steps", seed=seed, progress=False)
    return result.best.recipe, sum(result.spent.values())


@dataclasses.dataclass(frozen=True, kw_only=True)
class Answer:
    """What a search found in one repetition."""

    schedule: str
    updates: int
    """That the search made."""
    losses: tuple[float, ...]
    """Of the schedule on the fresh seeds; these trainings are not charged."""

    def regret(self, best: Cell) -> float:
        """Return by how many deviations of a seed its mean is above that of a cell of the grid."""
        return (statistics.mean(self.losses) - best.mean) / best.deviation


class Contest:
    """Lets searches work on one task, and keeps their answers."""

    def __init__(self, name: str, *, share: float) -> None:
        """Take a task, and the share of the grid's updates that every search may make."""
        self._name = name
        self._program = Program(_tune_tasks.task(name))
        self.reference = reference(name)
        self.budget = int(self.reference.steps * share)
        self._task = _tune_tasks.identity(self._program.task)
        self._kept = Kept(FOLDER / "tune_quality.sqlite")

    def answer(self, method: str, seed: int) -> Answer:
        """Return what a method finds with a seed; what is kept is not searched again."""
        if method == OURS:
            search = functools.partial(ours, self._name, self.budget, seed)
            depends: Any = _code("range_test", *DECIDES)
        else:
            where = self._space(seed)
            search = functools.partial(self._peer, method, where, seed)
            depends = [_code(_tune_peers.__file__), str(where), version("optuna")]
            depends += [version("keras-tuner"), str(list(map(where.parameters, where.families)))]
        found = self._kept.value(
            lambda: self._judged(*search()),
            task=self._task,
            method=method,
            seed=seed,
            budget=self.budget,
            depends=depends,
        )
        answer = Answer(**{**found, "losses": tuple(found["losses"])})
        assert answer.updates <= self.budget, f"{method} made {answer.updates:,} updates"
        return answer

    def _peer(self, method: str, where: Space, seed: int) -> tuple[Schedule, int]:
        account = Account(self._program, where, steps=self.budget, seed=seed)
        return PEERS[method](account).schedule, account.made

    def _space(self, seed: int) -> Space:
        """Return where the others look: around what our range test suggests, as ours does."""
        rate = self._kept.value(
            lambda: suggested(self._program.task, seed),
            task=self._task,
            what="suggestion",
            seed=seed,
            depends=_code("range_test"),
        )
        return space(rate)

    def _judged(self, schedule: Schedule, updates: int) -> dict[str, Any]:
        losses = [
            final_loss(self._kept, self._program, schedule, seed, task=self._task) for seed in FRESH
        ]
        return {"schedule": repr(schedule), "updates": updates, "losses": losses}


def _code(*places: str) -> str:
    """Return a hash of a file, or of the files of rooms of ours."""
    found = hashlib.sha256()
    for place in places:
        path = ROOMS / place
        for file in sorted(path.glob("*.py")) if path.is_dir() else [path]:
            found.update(file.read_bytes())
    return found.hexdigest()

"""The store: what every trial gave, in SQLite or PostgreSQL, written by one process only."""

import contextlib
import datetime
import functools
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import sqlalchemy as sa

from paceline.execution import _tables as tables
from paceline.execution._database import Database
from paceline.execution._format import check_content, check_rights, prepare
from paceline.execution._packing import DAMAGED, pack, pack_outcome, unpack, unpack_outcome
from paceline.execution._store_error import StoreError
from paceline.execution._stored import StoredComparison, StoredSearch
from paceline.trials import Outcome, digest

_AT_ONCE = 500
"""Keys in one query; SQLite takes 32,766 values at most."""


def _silent(_: str) -> None:
    return


class Store:
    """Outcomes by their trial's key, and the comparisons and searches that asked for them.

    One process at a time holds a SQLite file until it closes it, or an experiment in a PostgreSQL
    database: others may write other experiments there. With `read_only` nothing is held, so that a
    store can be read while another process writes.

    A server that does not answer any more is asked again for a minute; whatever was written before
    stays, and what was being written is written once.

    Args:
        place: the path of a SQLite file, made where it is missing, or a database URL
            (`postgresql://...`).
        experiment: what is written: the key of the task.
        read_only: whether it is only read; then it has to be there.
        say: takes notes for the user, such as that the server does not answer; None: nobody does.

    Raises:
        StoreError: a file that is no store, can't be written, or comes from a newer Paceline; a
            server that lets nobody in; what another process holds; what is to be read and isn't
            there.
        StoppedError: Ctrl-C while the server does not answer; so every method.
    """

    def __init__(
        self,
        place: str | Path,
        *,
        experiment: str = "",
        read_only: bool = False,
        say: Callable[[str], None] | None = None,
    ) -> None:
        self._say = say or _silent
        self._database = Database(place, experiment=experiment, read_only=read_only, say=self._say)
        self.place = self._database.place
        """Where it is, without a password."""
        self._started: dict[str, str] = {}
        with contextlib.ExitStack() as undo:
            undo.callback(self._database.close)
            if self._database.is_there():
                self._database.run("opened", functools.partial(check_content, place=self.place))
            if not read_only:
                self._database.hold()
                self._database.run("opened", prepare)
                self._database.run("written", check_rights)
            undo.pop_all()

    def find(self, keys: Sequence[str], *, failed: bool = False) -> tuple[dict[str, Outcome], int]:
        """Return the outcomes of `keys` that are results, and how many can't be read.

        With `failed`, also of the trials that failed or were lost.
        """
        wanted = sa.true() if failed else tables.trials.c.status.in_(("done", "diverged"))
        query = sa.select(tables.trials.c.key, tables.trials.c.outcome)

        def look(connection: sa.Connection) -> tuple[dict[str, Outcome], int]:
            found: dict[str, Outcome] = {}
            damaged = 0
            for start in range(0, len(keys), _AT_ONCE):
                chosen = tables.trials.c.key.in_(keys[start : start + _AT_ONCE])
                for key, blob in connection.execute(query.where(chosen & wanted)):
                    try:
                        found[key] = unpack_outcome(blob)
                    except DAMAGED:
                        damaged += 1
            return found, damaged

        return self._database.run("read", look)

    def trials(self) -> list[tuple[str, str, int, str]]:
        """Return task, variant, seed and status of every trial, in that order."""
        c = tables.trials.c
        return sorted(self._rows(sa.select(c.task, c.variant, c.seed, c.status), tables.trials))

    def outcomes(self, variant: str, seed: int) -> list[tuple[str, Outcome]]:
        """Return the task's name and the outcome of every trial of `variant` with `seed`.

        Raises:
            StoreError: one that can't be read.
        """
        c = tables.trials.c
        same = (c.variant == variant) & (c.seed == seed)
        rows = self._rows(sa.select(c.task, c.outcome).where(same).order_by(c.task), tables.trials)
        try:
            return [(task, unpack_outcome(blob)) for task, blob in rows]
        except DAMAGED as error:
            raise StoreError(
                f"The trial {variant}/{seed} of the store {self.place} is damaged ({error}). Run "
                "its comparison again: it makes what is missing."
            ) from error

    def put(self, key: str, outcome: Outcome, *, task: str, task_key: str) -> None:
        """Write an outcome; it is on disk when this returns."""
        row = {
            "key": key,
            "task": task,
            "task_key": task_key,
            "variant": outcome.variant,
            "seed": outcome.seed,
            "status": outcome.status,
            "outcome": pack_outcome(outcome),
        }
        self._replace(tables.trials.c.key, row)

    def others(self, task: str, task_key: str) -> int:
        """Return how many trials are of a task of that name whose code or data were others."""
        same_name = tables.trials.c.task == task
        count = sa.select(sa.func.count()).where(same_name & (tables.trials.c.task_key != task_key))
        return sum(found for (found,) in self._rows(count, tables.trials))

    def put_comparison(self, comparison: StoredComparison) -> None:
        """Write that a comparison starts; it takes the place of an earlier start of the same.

        The same has the same trials, and the same protocol but for where and how it ran.
        """
        lasting = {
            name: value
            for name, value in comparison.protocol.items()
            if name not in {"environment", "command"}
        }
        row = {
            "identity": digest([sorted(comparison.keys), lasting]),
            "task": comparison.task,
            "task_key": comparison.task_key,
            "started": _now("seconds"),
            "protocol": pack([list(comparison.keys), comparison.protocol], comparison.arrays),
        }
        self._replace(tables.comparisons.c.identity, row)

    def comparisons(self) -> tuple[list[StoredComparison], int]:
        """Return the comparisons, the one that started last first, and how many can't be read."""
        c = tables.comparisons.c
        query = sa.select(c.task, c.task_key, c.started, c.protocol).order_by(c.number.desc())
        found: list[StoredComparison] = []
        rows = self._rows(query, tables.comparisons)
        for task, task_key, started, blob in rows:
            with contextlib.suppress(*DAMAGED):
                (keys, protocol), arrays = unpack(blob)
                found.append(
                    StoredComparison(
                        task=task,
                        task_key=task_key,
                        keys=keys,
                        protocol=protocol,
                        arrays=arrays,
                        started=started,
                    )
                )
        return found, len(rows) - len(found)

    def put_search(
        self, identity: str, plain: Mapping[str, Any], *, task: str, task_key: str
    ) -> None:
        """Write what a search has decided so far, in place of what it had decided before.

        Args:
            identity: what makes it this search: a digest, of 64 characters at most.
            plain: whatever JSON can hold.
            task: the task's name.
            task_key: the task's key.
        """
        row = {
            "identity": identity,
            "task": task,
            "task_key": task_key,
            "started": self._started.setdefault(identity, _now("microseconds")),
            "content": pack(dict(plain), {}),
        }
        self._replace(tables.searches.c.identity, row)

    def search(self, identity: str) -> dict[str, Any] | None:
        """Return what a search had decided; None: nothing, or what can't be read, which is said."""
        c = tables.searches.c
        rows = self._rows(sa.select(c.content).where(c.identity == identity), tables.searches)
        try:
            return unpack(rows[0][0])[0] if rows else None
        except DAMAGED:
            self._say("Note: what the search had decided can't be read; it decides again.")
            return None

    def searches(self) -> tuple[list[StoredSearch], int]:
        """Return the searches, the one that started last first, and how many can't be read."""
        c = tables.searches.c
        query = sa.select(c.identity, c.task, c.task_key, c.started, c.content)
        found: list[StoredSearch] = []
        rows = self._rows(query.order_by(c.started.desc()), tables.searches)
        for identity, task, task_key, started, blob in rows:
            with contextlib.suppress(*DAMAGED):
                found.append(
                    StoredSearch(
                        identity=identity,
                        task=task,
                        task_key=task_key,
                        plain=unpack(blob)[0],
                        started=started,
                    )
                )
        return found, len(rows) - len(found)

    def _rows(self, query: sa.Select[Any], table: sa.Table) -> list[tuple[Any, ...]]:
        """Return what the query gives; nothing where the store is from before `table`."""

        def look(connection: sa.Connection) -> list[tuple[Any, ...]]:
            if not sa.inspect(connection).has_table(table.name):
                return []
            return [tuple(row) for row in connection.execute(query)]

        return self._database.run("read", look)

    def _replace(self, column: sa.Column[Any], row: Mapping[str, Any]) -> None:
        """Write a row in place of the one that is the same in `column`; twice is as once."""

        def write(connection: sa.Connection) -> None:
            connection.execute(column.table.delete().where(column == row[column.name]))
            connection.execute(column.table.insert().values(**row))

        self._database.run("written", write)

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _now(precision: str) -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec=precision)

"""The store: what every trial gave, in SQLite or PostgreSQL, written by one process only."""

import contextlib
import dataclasses
import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import sqlalchemy as sa

from paceline.execution import _tables as tables
from paceline.execution._database import Database, StoreError
from paceline.execution._packing import DAMAGED, Arrays, pack, pack_outcome, unpack, unpack_outcome
from paceline.trials import Outcome, digest

FORMAT = 2
"""1 had no comparisons, and outcomes as archives of NumPy; the first writer makes it 2."""

_READ = {"1", str(FORMAT)}

_AT_ONCE = 500
"""Keys in one query; SQLite takes 32,766 values at most."""


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class StoredComparison:
    """What a comparison was asked to run; its outcomes are in the store under `keys`."""

    task: str
    task_key: str
    keys: Sequence[str]
    """The keys of its trials, run or not."""
    protocol: Mapping[str, Any]
    """Whatever else JSON can hold of it."""
    arrays: Arrays
    started: str = ""
    """When it was last started, in UTC, as 2025-01-31T12:00:00+00:00."""


class Store:
    """Outcomes by their trial's key, and the comparisons that asked for them.

    One process at a time holds a store, until it closes it; with `read_only` it is not held, so
    that it can be read while another process writes.

    Args:
        place: the path of a SQLite file, made where it is missing, or a database URL
            (`postgresql://...`).
        read_only: whether it is only read; then it has to be there.

    Raises:
        StoreError: a file that is no store, can't be written, or comes from a newer Paceline; a
            store that another process holds; one that is to be read and isn't there.
    """

    def __init__(self, place: str | Path, *, read_only: bool = False) -> None:
        self._database = Database(place, read_only=read_only)
        self.place = self._database.place
        """Where it is, without a password."""
        self._engine = self._database.engine
        with contextlib.ExitStack() as undo:
            undo.callback(self._engine.dispose)
            if self._database.check_file():
                self._check_content()
            if not read_only:
                undo.callback(self._database.hold())
                self._prepare()
            self._undo = undo.pop_all()

    def _prepare(self) -> None:
        with self._database.errors("opened"), self._engine.connect() as connection:
            if self._database.is_file:
                connection.exec_driver_sql("PRAGMA journal_mode=WAL")
            tables.metadata.create_all(connection)
            found = connection.scalar(_format())
            if found is None:
                connection.execute(tables.meta.insert().values(name="format", value=str(FORMAT)))
            elif found != str(FORMAT):
                same = tables.meta.c.name == "format"
                connection.execute(tables.meta.update().where(same).values(value=str(FORMAT)))
            connection.commit()

    def _check_content(self) -> None:
        """Look before anything is written: a database of someone else's stays as it is."""
        with self._database.errors("opened"), self._engine.connect() as connection:
            there = sa.inspect(connection).get_table_names()
            if tables.meta.name not in there:
                if there and self._database.is_file:
                    raise StoreError(
                        f"The store {self.place} is a database of something else, with the table "
                        f"{there[0]!r}. Name another file: this one is kept as it is."
                    )
                return
            found = connection.scalar(_format())
        if found is not None and found not in _READ:
            raise StoreError(
                f"The store {self.place} has format {found}, from a newer Paceline; this one reads "
                f"{FORMAT}. Update Paceline, or name another store."
            )

    def find(self, keys: Sequence[str], *, failed: bool = False) -> tuple[dict[str, Outcome], int]:
        """Return the outcomes of `keys` that are results, and how many can't be read.

        With `failed`, also of the trials that failed or were lost.
        """
        wanted = sa.true() if failed else tables.trials.c.status.in_(("done", "diverged"))
        found: dict[str, Outcome] = {}
        damaged = 0
        with self._database.errors("read"), self._engine.connect() as connection:
            for start in range(0, len(keys), _AT_ONCE):
                chosen = tables.trials.c.key.in_(keys[start : start + _AT_ONCE])
                query = sa.select(tables.trials.c.key, tables.trials.c.outcome)
                for key, blob in connection.execute(query.where(chosen & wanted)):
                    try:
                        found[key] = unpack_outcome(blob)
                    except DAMAGED:
                        damaged += 1
        return found, damaged

    def trials(self) -> list[tuple[str, str, int, str]]:
        """Return task, variant, seed and status of every trial, in that order."""
        if not self._has(tables.trials):
            return []
        c = tables.trials.c
        with self._database.errors("read"), self._engine.connect() as connection:
            rows = connection.execute(sa.select(c.task, c.variant, c.seed, c.status))
            return sorted(tuple(row) for row in rows)

    def outcomes(self, variant: str, seed: int) -> list[tuple[str, Outcome]]:
        """Return the task's name and the outcome of every trial of `variant` with `seed`.

        Raises:
            StoreError: one that can't be read.
        """
        c = tables.trials.c
        same = (c.variant == variant) & (c.seed == seed)
        rows = sa.select(c.task, c.outcome).where(same).order_by(c.task)
        with self._database.errors("read"), self._engine.connect() as connection:
            try:
                return [(task, unpack_outcome(blob)) for task, blob in connection.execute(rows)]
            except DAMAGED as error:
                raise StoreError(
                    f"The trial {variant}/{seed} of the store {self.place} is damaged ({error}). "
                    "Run its comparison again: it makes what is missing."
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
        with self._database.errors("written"), self._engine.begin() as connection:
            connection.execute(tables.trials.delete().where(tables.trials.c.key == key))
            connection.execute(tables.trials.insert().values(**row))

    def others(self, task: str, task_key: str) -> int:
        """Return how many trials are of a task of that name whose code or data were others."""
        same_name = tables.trials.c.task == task
        count = sa.select(sa.func.count()).where(same_name & (tables.trials.c.task_key != task_key))
        with self._database.errors("read"), self._engine.connect() as connection:
            return int(connection.scalar(count) or 0)

    def put_comparison(self, comparison: StoredComparison) -> None:
        """Write that a comparison starts; it takes the place of an earlier start of the same.

        The same has the same trials, and the same protocol but for where and how it ran.
        """
        lasting = {
            name: value
            for name, value in comparison.protocol.items()
            if name not in {"environment", "command"}
        }
        identity = digest([sorted(comparison.keys), lasting])
        row = {
            "identity": identity,
            "task": comparison.task,
            "task_key": comparison.task_key,
            "started": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            "protocol": pack([list(comparison.keys), comparison.protocol], comparison.arrays),
        }
        with self._database.errors("written"), self._engine.begin() as connection:
            connection.execute(
                tables.comparisons.delete().where(tables.comparisons.c.identity == identity)
            )
            connection.execute(tables.comparisons.insert().values(**row))

    def comparisons(self) -> tuple[list[StoredComparison], int]:
        """Return the comparisons, the one that started last first, and how many can't be read."""
        if not self._has(tables.comparisons):
            return [], 0
        found: list[StoredComparison] = []
        damaged = 0
        c = tables.comparisons.c
        query = sa.select(c.task, c.task_key, c.started, c.protocol).order_by(c.number.desc())
        with self._database.errors("read"), self._engine.connect() as connection:
            for task, task_key, started, blob in connection.execute(query):
                try:
                    (keys, protocol), arrays = unpack(blob)
                except DAMAGED:
                    damaged += 1
                    continue
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
        return found, damaged

    def _has(self, table: sa.Table) -> bool:
        with self._database.errors("read"), self._engine.connect() as connection:
            return sa.inspect(connection).has_table(table.name)

    def close(self) -> None:
        """Let go of the database."""
        self._undo.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _format() -> sa.Select[Any]:
    return sa.select(tables.meta.c.value).where(tables.meta.c.name == "format")

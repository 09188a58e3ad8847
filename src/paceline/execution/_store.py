"""The store: what every trial gave, in SQLite or PostgreSQL, written by one process only."""

import contextlib
import dataclasses
import io
import json
import zipfile
import zlib
from pathlib import Path
from typing import Any, Self

import numpy as np
import sqlalchemy as sa

from paceline.execution._database import Database, StoreError
from paceline.trials import Outcome

FORMAT = 1
_AT_ONCE = 500
"""Keys in one query; SQLite takes 32,766 values at most."""

_metadata = sa.MetaData()
_meta = sa.Table(
    "paceline",
    _metadata,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("value", sa.String(40), nullable=False),
)
_trials = sa.Table(
    "paceline_trials",
    _metadata,
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("task", sa.Text, nullable=False, index=True),
    sa.Column("task_key", sa.String(64), nullable=False),
    sa.Column("variant", sa.Text, nullable=False),
    sa.Column("seed", sa.BigInteger, nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("outcome", sa.LargeBinary, nullable=False),
)


class Store:
    """Outcomes by their trial's key; one process at a time holds a store, until it closes it.

    Args:
        place: the path of a SQLite file, made where it is missing, or a database URL
            (`postgresql://...`).

    Raises:
        StoreError: a file that is no store, can't be written, or comes from a newer Paceline; a
            store that another process holds.
    """

    def __init__(self, place: str | Path) -> None:
        self._database = Database(place)
        self.place = self._database.place
        """Where it is, without a password."""
        self._engine = self._database.engine
        with contextlib.ExitStack() as undo:
            undo.callback(self._engine.dispose)
            if self._database.check_file():
                self._check_content()
            undo.callback(self._database.hold())
            with self._database.errors("opened"), self._engine.connect() as connection:
                if self._database.is_file:
                    connection.exec_driver_sql("PRAGMA journal_mode=WAL")
                _metadata.create_all(connection)
                if connection.scalar(_format()) is None:
                    connection.execute(_meta.insert().values(name="format", value=str(FORMAT)))
                connection.commit()
            self._undo = undo.pop_all()

    def _check_content(self) -> None:
        """Look before anything is written: a database of someone else's stays as it is."""
        with self._database.errors("opened"), self._engine.connect() as connection:
            tables = sa.inspect(connection).get_table_names()
            if _meta.name not in tables:
                if tables and self._database.is_file:
                    raise StoreError(
                        f"The store {self.place} is a database of something else, with the table "
                        f"{tables[0]!r}. Name another file: this one is kept as it is."
                    )
                return
            found = connection.scalar(_format())
        if found is not None and found != str(FORMAT):
            raise StoreError(
                f"The store {self.place} has format {found}, from a newer Paceline; this one reads "
                f"{FORMAT}. Update Paceline, or name another store."
            )

    def find(self, keys: list[str]) -> tuple[dict[str, Outcome], int]:
        """Return the outcomes of `keys` that are results, and how many can't be read."""
        found: dict[str, Outcome] = {}
        damaged = 0
        with self._database.errors("read"), self._engine.connect() as connection:
            for start in range(0, len(keys), _AT_ONCE):
                chosen = _trials.c.key.in_(keys[start : start + _AT_ONCE])
                finished = _trials.c.status.in_(("done", "diverged"))
                query = sa.select(_trials.c.key, _trials.c.outcome).where(chosen & finished)
                for key, blob in connection.execute(query):
                    try:
                        found[key] = _decode(blob)
                    except _DAMAGED:
                        damaged += 1
        return found, damaged

    def trials(self) -> list[tuple[str, str, int, str]]:
        """Return task, variant, seed and status of every trial, in that order."""
        rows = sa.select(_trials.c.task, _trials.c.variant, _trials.c.seed, _trials.c.status)
        with self._database.errors("read"), self._engine.connect() as connection:
            return sorted(tuple(row) for row in connection.execute(rows))

    def outcomes(self, variant: str, seed: int) -> list[tuple[str, Outcome]]:
        """Return the task's name and the outcome of every trial of `variant` with `seed`.

        Raises:
            StoreError: one that can't be read.
        """
        same = (_trials.c.variant == variant) & (_trials.c.seed == seed)
        rows = sa.select(_trials.c.task, _trials.c.outcome).where(same).order_by(_trials.c.task)
        with self._database.errors("read"), self._engine.connect() as connection:
            try:
                return [(task, _decode(blob)) for task, blob in connection.execute(rows)]
            except _DAMAGED as error:
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
            "outcome": _encode(outcome),
        }
        with self._database.errors("written"), self._engine.begin() as connection:
            connection.execute(_trials.delete().where(_trials.c.key == key))
            connection.execute(_trials.insert().values(**row))

    def others(self, task: str, task_key: str) -> int:
        """Return how many trials are of a task of that name whose code or data were others."""
        same_name = _trials.c.task == task
        count = sa.select(sa.func.count()).where(same_name & (_trials.c.task_key != task_key))
        with self._database.errors("read"), self._engine.connect() as connection:
            return int(connection.scalar(count) or 0)

    def close(self) -> None:
        """Let go of the database."""
        self._undo.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _format() -> sa.Select[Any]:
    return sa.select(_meta.c.value).where(_meta.c.name == "format")


_DAMAGED = (ValueError, KeyError, TypeError, OSError, EOFError, zipfile.BadZipFile, zlib.error)
"""What reading a damaged outcome raises."""


def _encode(outcome: Outcome) -> bytes:
    plain = {
        field.name: getattr(outcome, field.name)
        for field in dataclasses.fields(outcome)
        if field.name not in {"rates", "losses", "validation"}
    }
    arrays: dict[str, Any] = {
        f"validation/{name}": values for name, values in outcome.validation.items()
    }
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        plain=np.frombuffer(json.dumps(plain).encode(), dtype=np.uint8),
        rates=outcome.rates,
        losses=outcome.losses,
        **arrays,
    )
    return buffer.getvalue()


def _decode(blob: bytes) -> Outcome:
    with np.load(io.BytesIO(blob), allow_pickle=False) as arrays:
        plain = json.loads(arrays["plain"].tobytes())
        validation = {
            name.removeprefix("validation/"): arrays[name]
            for name in arrays
            if name.startswith("validation/")
        }
        return Outcome(
            **plain, rates=arrays["rates"], losses=arrays["losses"], validation=validation
        )

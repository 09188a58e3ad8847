"""The store: what every trial gave, in SQLite or PostgreSQL, written by one process only."""

import dataclasses
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy import exc

from paceline.trials import Outcome

FORMAT = 1

_metadata = sa.MetaData()
_meta = sa.Table(
    "paceline",
    _metadata,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("value", sa.String(40), nullable=False),
)
_trials = sa.Table(
    "trials",
    _metadata,
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("task", sa.Text, nullable=False, index=True),
    sa.Column("task_key", sa.String(64), nullable=False),
    sa.Column("variant", sa.Text, nullable=False),
    sa.Column("seed", sa.BigInteger, nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("outcome", sa.LargeBinary, nullable=False),
)


class StoreError(OSError):
    """A store that can't be opened, read or written, in words that name it and the way out."""


class Store:
    """Outcomes by their trial's key.

    Args:
        place: the path of a SQLite file, made where it is missing, or a database URL
            (`postgresql+psycopg://...`).

    Raises:
        StoreError: a file that is no database, can't be written, or comes from a newer Paceline.
    """

    def __init__(self, place: str | Path) -> None:
        self.place = str(place)
        self._engine = sa.create_engine(self._url())
        if self._engine.dialect.name == "sqlite":
            sa.event.listen(self._engine, "connect", _write_ahead)
        try:
            with self._engine.begin() as connection:
                _metadata.create_all(connection)
                found = connection.scalar(sa.select(_meta.c.value).where(_meta.c.name == "format"))
                if found is None:
                    connection.execute(_meta.insert().values(name="format", value=str(FORMAT)))
        except exc.SQLAlchemyError as error:
            raise self._error("opened", error) from error
        if found is not None and int(found) > FORMAT:
            raise StoreError(
                f"The store {self.place} has format {found}, from a newer Paceline; this one reads "
                f"{FORMAT}. Update Paceline, or name another store."
            )

    def _url(self) -> str:
        if "://" in self.place:
            return self.place
        folder = Path(self.place).resolve().parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"The store's folder {folder} can't be made: {error}.") from error
        return f"sqlite:///{self.place}"

    def find(self, keys: list[str]) -> dict[str, Outcome]:
        """Return the outcomes that are results, for those of `keys` that have one."""
        found = {}
        with self._engine.connect() as connection:
            for start in range(0, len(keys), 500):
                chosen = _trials.c.key.in_(keys[start : start + 500])
                finished = _trials.c.status.in_(("done", "diverged"))
                rows = connection.execute(
                    sa.select(_trials.c.key, _trials.c.outcome).where(chosen & finished)
                )
                found.update({key: _decode(blob) for key, blob in rows})
        return found

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
        try:
            with self._engine.begin() as connection:
                connection.execute(_trials.delete().where(_trials.c.key == key))
                connection.execute(_trials.insert().values(**row))
        except exc.SQLAlchemyError as error:
            raise self._error("written", error) from error

    def others(self, task: str, task_key: str) -> int:
        """Return how many trials are of a task of that name whose code or data were others."""
        same_name = _trials.c.task == task
        with self._engine.connect() as connection:
            count = sa.select(sa.func.count()).where(same_name & (_trials.c.task_key != task_key))
            return int(connection.scalar(count) or 0)

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def _error(self, verb: str, error: Exception) -> StoreError:
        reason = str(getattr(error, "orig", None) or error).strip()
        ways = {
            "file is not a database": "Name another file: this one is kept as it is.",
            "readonly": "Make it writable, or name another store.",
            "full": "Free some space and run the same command again: what is done is kept.",
        }
        way = next((way for sign, way in ways.items() if sign in reason), "Name another store.")
        return StoreError(f"The store {self.place} can't be {verb}: {reason}. {way}")


def _write_ahead(connection: Any, _: Any) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")


def _encode(outcome: Outcome) -> bytes:
    plain = {
        field.name: getattr(outcome, field.name)
        for field in dataclasses.fields(outcome)
        if field.name not in {"rates", "losses", "validation"}
    }
    arrays = {f"validation/{name}": values for name, values in outcome.validation.items()}
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        plain=np.frombuffer(json.dumps(plain).encode(), dtype=np.uint8),
        rates=outcome.rates,
        losses=outcome.losses,
        **arrays,  # type: ignore[arg-type]
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

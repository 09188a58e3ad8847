"""Where a store is: a SQLite file or a PostgreSQL database, held by one process at a time."""

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import filelock
import sqlalchemy as sa
from sqlalchemy import exc

_SIGNATURE = b"SQLite format 3\0"


class StoreError(OSError):
    """A store that can't be opened, read or written, in words that name it and the way out."""


class Database:
    """A connection to the place of a store, and the lock that dies with its holder."""

    def __init__(self, place: str | Path, *, read_only: bool = False) -> None:
        url = _url(str(place))
        self._read_only = read_only
        self.is_file = url.get_backend_name() == "sqlite"
        self.file = Path(url.database or "") if self.is_file else None
        self.place = str(self.file) if self.file else url.render_as_string(hide_password=True)
        try:
            self.engine = sa.create_engine(
                _for_reading(self.file) if read_only and self.file else url
            )
        except ImportError as error:
            raise StoreError(
                f"The store {self.place} needs a package that is not installed ({error}). Install "
                '"paceline[postgres]".'
            ) from error
        if read_only and self.is_file:
            sa.event.listen(self.engine, "connect", _only_read)

    def check_file(self) -> bool:
        """Return whether there is a SQLite file already.

        Raises:
            StoreError: something else is there, or the folder can't be made; nothing is there to
                be read.
        """
        if self.file is None:
            return True
        if self._read_only:
            self._check_there(self.file)
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            if not self.file.exists():
                return False
            with self.file.open("rb") as file:
                start = file.read(len(_SIGNATURE))
        except OSError as error:
            raise StoreError(
                f"The store {self.place} can't be opened: {error.strerror}. Name another file."
            ) from error
        if start and start != _SIGNATURE:
            raise StoreError(
                f"The store {self.place} is not a database. Name another file: this one is kept as "
                "it is."
            )
        return bool(start)

    def _check_there(self, file: Path) -> None:
        inside = file / "trials.sqlite"
        if inside.is_file():
            raise StoreError(f"The store {file} is a folder. Name the file in it: {inside}.")
        if not file.exists() or (file.is_file() and not file.stat().st_size):
            what = "is empty" if file.exists() else "is not there"
            raise StoreError(
                f"The store {file} {what}. Name the one that 'paceline compare' wrote: --store, or "
                "trials.sqlite in its output folder."
            )

    def hold(self) -> Callable[[], None]:
        """Hold the store for this process; return what lets go of it.

        Raises:
            StoreError: another process holds it.
        """
        taken = self._hold_file() if self.file else self._hold_server()
        if taken is None:
            raise StoreError(
                f"Another process works with the store {self.place}. Wait for it, or name another."
            )
        return taken

    def _hold_file(self) -> Callable[[], None] | None:
        lock = filelock.FileLock(f"{self.file}.lock")
        try:
            lock.acquire(timeout=0)
        except filelock.Timeout:
            return None
        except OSError as error:
            raise StoreError(
                f"The store {self.place} can't be opened: {error.strerror} ({lock.lock_file}). "
                "Name a store in a folder that you may write to."
            ) from error
        return lock.release

    def _hold_server(self) -> Callable[[], None] | None:
        number = int.from_bytes(hashlib.sha256(b"paceline").digest()[:8], signed=True)
        with self.errors("opened"):
            connection = self.engine.connect()
            taken = connection.scalar(sa.select(sa.func.pg_try_advisory_lock(number)))
            connection.commit()  # the lock lasts as long as the connection
        if taken:
            return connection.invalidate
        connection.close()
        return None

    @contextlib.contextmanager
    def errors(self, verb: str) -> Iterator[None]:
        """Turn what the database raises into words."""
        try:
            yield
        except exc.SQLAlchemyError as error:
            lines = str(getattr(error, "orig", None) or error).strip().splitlines()
            reason = lines[0] if lines else type(error).__name__
            way = next((way for sign, way in _WAYS.items() if sign in reason), _OTHERWISE)
            message = f"The store {self.place} can't be {verb}: {reason}. {way}"
            raise StoreError(message) from error


_OTHERWISE = "Look whether the place is there and yours to write to, or name another store."
_KEPT = "run the same command again: what is done is kept."
_WAYS = {
    "readonly": "Make the file and its folder writable, or name another store.",
    "full": f"Free some space and {_KEPT}",
    "I/O": f"See that the disk works and has space, and {_KEPT}",
    "malformed": "The file is damaged: move it away, or name another store.",
    "not a database": "The file is damaged: move it away, or name another store.",
    "locked": "Another program works with it: end that, or name another store.",
}


def _for_reading(file: Path) -> sa.URL:
    """Return the URL that opens a SQLite file without making it.

    Who reads beside a writer takes part in its locks, which are in a file of their own; where that
    can't be written, and no writer left one, the file is read as it stands.
    """
    query = {"uri": "true", "mode": "rw"}
    if not os.access(file, os.W_OK) or not os.access(file.parent, os.W_OK):
        query["mode"] = "ro"
        if not file.with_name(f"{file.name}-wal").exists():
            query["immutable"] = "1"
    return sa.URL.create("sqlite", database=file.as_uri(), query=query)


def _only_read(connection: Any, _: object) -> None:
    connection.execute("PRAGMA query_only = ON")


def _url(place: str) -> sa.URL:
    if "://" not in place:
        return sa.URL.create("sqlite", database=str(Path(place).absolute()))
    try:
        url = sa.make_url(place)
    except exc.ArgumentError as error:
        raise StoreError(
            "The store's URL can't be read. Write postgresql://USER:PASSWORD@HOST/DATABASE, or "
            "give the path of a SQLite file."
        ) from error
    kind = url.get_backend_name()
    if kind in {"postgresql", "postgres"}:
        return url.set(drivername="postgresql+psycopg")
    if kind == "sqlite" and url.database not in {None, "", ":memory:"}:
        return url.set(database=str(Path(str(url.database)).absolute()))
    raise StoreError(
        f"A store is a SQLite file or a PostgreSQL database; got {url.render_as_string()!r}. Give "
        "the path of a file, or postgresql://USER:PASSWORD@HOST/DATABASE."
    )

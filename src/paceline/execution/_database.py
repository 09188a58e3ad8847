"""A connection to the place of a store, which waits for a server that comes back."""

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import exc

from paceline.execution import _holder as holder
from paceline.execution import _place as places
from paceline.execution import _retry as retry
from paceline.execution._store_error import StoreError, in_words, passes, reason

_Result = TypeVar("_Result")


class Database:
    """The database of a store, held by this process unless it is only read.

    Args:
        place: the path of a SQLite file, or a URL.
        experiment: what of a server is held; a file is held as a whole.
        read_only: whether it is only read, and not held.
        say: takes notes for the user.

    Raises:
        StoreError: a place that is none.
    """

    def __init__(
        self,
        place: str | Path,
        *,
        experiment: str,
        read_only: bool,
        say: Callable[[str], None],
    ) -> None:
        url = places.url_of(str(place))
        self.file = Path(url.database or "") if url.get_backend_name() == "sqlite" else None
        self.place = places.shown(url)
        self._read_only = read_only
        self._say = say
        self._answered = False
        self._undo = contextlib.ExitStack()
        if self.file:
            self._engine = sa.create_engine(places.for_reading(self.file) if read_only else url)
            if read_only:
                sa.event.listen(self._engine, "connect", _only_read_file)
        else:
            self._engine = self._server(places.with_keepalives(url))
            session = holder.Session(experiment, place=self.place)
            begin = _only_read_server if read_only else session.begin
            sa.event.listen(self._engine, "connect", begin)
        self._undo.callback(self._engine.dispose)

    def _server(self, url: sa.URL) -> sa.Engine:
        try:
            from paceline.execution import _line as line

            # one connection, the one that holds the experiment
            engine = sa.create_engine(url, pool_size=1, max_overflow=0)
        except ImportError as error:
            raise StoreError(
                f"The store {self.place} needs a package that is not installed ({error}). Install "
                '"paceline[postgres]".'
            ) from error
        sa.event.listen(engine, "do_connect", line.connect)
        return engine

    def is_there(self) -> bool:
        """Return whether there is a database already; a server's has to be.

        Raises:
            StoreError: something else is there, or nothing to be read.
        """
        return self.file is None or places.check_file(self.file, read_only=self._read_only)

    def hold(self) -> None:
        """Hold a file until it is closed; sessions of a server hold their experiment themselves.

        Raises:
            StoreError: another process holds it.
        """
        if self.file:
            self._undo.callback(holder.hold_file(self.file))

    def run(self, verb: str, work: Callable[[sa.Connection], _Result]) -> _Result:
        """Return what `work` does in a transaction, again if the server drops in the middle.

        Raises:
            StoreError: the store can't be `verb`; or another process holds the experiment by now.
            StoppedError: Ctrl-C while the server does not answer.
        """

        def attempt() -> _Result:
            with self._engine.begin() as connection:
                self._answered = True
                return work(connection)

        try:
            return retry.with_patience(
                attempt, passes=self._passes, say=self._say, place=self.place
            )
        except exc.SQLAlchemyError as error:
            if self._passes(error):
                raise StoreError(
                    f"The store {self.place} can't be {verb}: {reason(error)}, and that for "
                    f"{retry.PATIENCE:.0f} s. Nothing that was done is lost: run the same command "
                    "again once the server answers."
                ) from error
            raise in_words(error, place=self.place, verb=verb) from error

    def _passes(self, error: Exception) -> bool:
        if self.file or not isinstance(error, exc.SQLAlchemyError):
            return False
        return passes(error, answered=self._answered)

    def close(self) -> None:
        """Let go of it."""
        self._undo.close()


def _only_read_file(connection: Any, _: object) -> None:
    connection.execute("PRAGMA query_only = ON")


def _only_read_server(connection: Any, _: object) -> None:
    connection.read_only = True

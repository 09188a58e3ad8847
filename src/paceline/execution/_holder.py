"""Who holds a store: a lock that dies with its holder, and the holder in words for the others.

A SQLite file is held as a whole, by a lock on a file beside it. In a PostgreSQL database every
experiment is held on its own, by an advisory lock of the very session that writes: a session that
is lost can't write any more, and one that takes its place has to get the lock first.
"""

import datetime
import getpass
import hashlib
import os
import re
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import filelock

from paceline.execution._store_error import StoreError

_GRACE = 1.0
"""Seconds in which a holder that was killed just now lets go."""
_BETWEEN = 0.1
"""Seconds between two attempts."""
_WRITTEN = re.compile(r"(?:paceline )?(\d{1,10}) (\d{4}-\d\d-\d\d)T(\d\d:\d\d)Z (.+)")

_TRY = "SELECT pg_try_advisory_lock(%s)"
_END = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = %s AND "
    "application_name = current_setting('application_name')"
)
_WHO = (
    "SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE granted AND "
    "locktype = 'advisory' AND objsubid = 1 AND (classid::bigint << 32) | objid::bigint = %s AND "
    "database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
_NOTICE = ("tcp_keepalives_idle = 30", "tcp_keepalives_interval = 10", "tcp_keepalives_count = 3")
"""A holder whose machine is gone lets go within a minute, not in two hours."""


def written() -> str:
    """Return this process as it is written down; what may be cut off stands last."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError):  # a container's user may have no name
        user = "someone"
    now = datetime.datetime.now(datetime.UTC)
    return f"{os.getpid()} {now:%Y-%m-%dT%H:%MZ} {user}@{socket.gethostname()}"


def in_words(text: str) -> str:
    """Return a process that was written down as words; nothing of one that is known to be gone."""
    found = _WRITTEN.fullmatch(text.strip())
    if found is None or _is_gone(int(found[1]), found[4]):
        return ""
    return f": {found[4]}, process {found[1]}, since {found[2]} {found[3]} UTC"


def _is_gone(process: int, name: str) -> bool:
    if os.name != "posix" or not name.endswith(f"@{socket.gethostname()}"):
        return False
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return True
    except PermissionError:  # of another user
        return False
    return False


def hold_file(file: Path) -> Callable[[], None]:
    """Hold a SQLite file for this process; return what lets go of it.

    Raises:
        StoreError: another process holds it, or its lock can't be made.
    """
    beside = Path(f"{file}.lock")
    lock = filelock.FileLock(beside)
    try:
        lock.acquire(timeout=_GRACE)
    except filelock.Timeout as error:
        raise StoreError(
            f"Another process works with the store {file}{in_words(_read(beside))}. Wait for it, "
            "or name another store."
        ) from error
    except OSError as error:
        raise StoreError(
            f"The store {file} can't be opened: {error.strerror} ({beside}). Name a store in a "
            "folder that you may write to."
        ) from error
    _write(beside, "")  # first, since room for the new holder may be missing
    _write(beside, written())
    return lock.release


def _read(beside: Path) -> str:
    try:
        return beside.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _write(beside: Path, text: str) -> None:
    try:
        beside.write_text(text, encoding="utf-8")
    except OSError:  # the lock counts, the name is a courtesy
        return


class Session:
    """Makes each session of a server hold an experiment, or end at once."""

    def __init__(self, experiment: str, *, place: str) -> None:
        digest = hashlib.sha256(f"paceline {experiment}".encode()).digest()
        self._number = int.from_bytes(digest[:8], signed=True)
        self._place = place
        self._name = f"paceline {written()}"
        self._last: int | None = None
        """The server's number of the session before, which it may still think alive."""

    def begin(self, connection: Any, _: object) -> None:
        """Take the lock with a new connection of psycopg.

        Raises:
            StoreError: another process holds the experiment.
        """
        connection.autocommit = True  # the lock lasts as long as the session
        connection.execute("SELECT set_config('application_name', %s, false)", [self._name])
        for setting in _NOTICE:
            connection.execute(f"SET {setting}")
        if self._last is not None:
            connection.execute(_END, [self._last])
        end = time.monotonic() + _GRACE
        while not connection.execute(_TRY, [self._number]).fetchone()[0]:
            if time.monotonic() > end:
                raise StoreError(self._refusal(connection))
            time.sleep(_BETWEEN)
        self._last = connection.info.backend_pid
        connection.autocommit = False

    def _refusal(self, connection: Any) -> str:
        row = connection.execute(_WHO, [self._number]).fetchone()
        who = in_words(row[0]) if row else ""
        return (
            f"Another process works on this experiment in the store {self._place}{who}. Wait for "
            "it; other experiments may use the store meanwhile."
        )

"""Where a store is: the path of a SQLite file, or the URL of a PostgreSQL database."""

import os
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import exc

from paceline.execution._store_error import StoreError

_SIGNATURE = b"SQLite format 3\0"
_SECRETS = ("password", "sslpassword")
_LINE = {
    "connect_timeout": "7",  # twice, where a name has two addresses, is still within 15 s
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}
"""A line that is dead is noticed within a minute, and one that idles is kept open."""


def url_of(place: str) -> sa.URL:
    """Return the URL of a place.

    Raises:
        StoreError: what is neither a SQLite file nor a PostgreSQL database.
    """
    if "://" not in place:
        return sa.URL.create("sqlite", database=str(Path(place).absolute()))
    try:
        url = sa.make_url(place)
    except (exc.ArgumentError, ValueError) as error:
        raise StoreError(
            "The store's URL can't be read. Write postgresql://USER:PASSWORD@HOST:PORT/DATABASE, "
            "or give the path of a SQLite file."
        ) from error
    kind = url.get_backend_name()
    if kind in {"postgresql", "postgres"}:
        return url.set(drivername="postgresql+psycopg")
    if kind == "sqlite" and url.database not in {None, "", ":memory:"}:
        return url.set(database=str(Path(str(url.database)).absolute()))
    raise StoreError(
        f"A store is a SQLite file or a PostgreSQL database; got {_shown(url)!r}. Give the path "
        "of a file, or postgresql://USER:PASSWORD@HOST/DATABASE."
    )


def shown(url: sa.URL) -> str:
    """Return the place as it may be shown: without passwords."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    return _shown(url.set(drivername="postgresql"))


def _shown(url: sa.URL) -> str:
    return url.difference_update_query(_SECRETS).render_as_string(hide_password=True)


def with_keepalives(url: sa.URL) -> sa.URL:
    """Return the URL of a server with what its user left out about dead lines."""
    return url.update_query_dict({k: v for k, v in _LINE.items() if k not in url.query})


def for_reading(file: Path) -> sa.URL:
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


def check_file(file: Path, *, read_only: bool) -> bool:
    """Return whether there is a SQLite file already.

    Raises:
        StoreError: something else is there, or the folder can't be made; nothing is there to be
            read.
    """
    if read_only:
        _check_there(file)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            return False
        with file.open("rb") as opened:
            start = opened.read(len(_SIGNATURE))
    except OSError as error:
        raise StoreError(
            f"The store {file} can't be opened: {error.strerror}. Name another file."
        ) from error
    if start and start != _SIGNATURE:
        raise StoreError(
            f"The store {file} is not a database. Name another file: this one is kept as it is."
        )
    return bool(start)


def _check_there(file: Path) -> None:
    inside = file / "trials.sqlite"
    if inside.is_file():
        raise StoreError(f"The store {file} is a folder. Name the file in it: {inside}.")
    if not file.exists() or (file.is_file() and not file.stat().st_size):
        what = "is empty" if file.exists() else "is not there"
        raise StoreError(
            f"The store {file} {what}. Name the one that 'paceline compare' wrote: --store, or "
            "trials.sqlite in its output folder."
        )

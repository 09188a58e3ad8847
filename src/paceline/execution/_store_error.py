"""What goes wrong with a store, in words: what, why, and the way out."""

from sqlalchemy import exc


class StoreError(OSError):
    """A store that can't be opened, read or written, in words that name it and the way out."""


_OTHERWISE = "Look whether the place is there and yours to write to, or name another store."
_KEPT = "run the same command again: what is done is kept."
_SPACE = f"Free some space and {_KEPT}"
_DAMAGED = "The file is damaged: move it away, or name another store."
_SERVER = "See that the server runs and that host and port are right, or name another store."
_LOGIN = "Give the right user and password, in the URL or in ~/.pgpass."
_RIGHTS = (
    "Let the owner GRANT this user SELECT, INSERT, UPDATE, DELETE on the tables and USAGE on the "
    "sequences (SELECT on the tables to make reports alone), or name another store."
)
_ROOM = "Close other connections, or have the limit raised."
_WAYS = {
    "denied for schema": "Let the owner GRANT this user CREATE on it, or name another store.",
    "denied for database": "Let the owner GRANT this user CONNECT on it, or name another store.",
    # PostgreSQL's codes, whatever language the server speaks
    "42501": _RIGHTS,
    "25006": "Name the primary server, and a user who may write.",
    "3F000": "Have a schema made that your user may write to, or name another database.",
    "42P01": "Someone removed its tables: run the same command again, which makes them.",
    "53100": _SPACE,
    "53300": _ROOM,
    # SQLite
    "readonly": "Make the file and its folder writable, or name another store.",
    "full": _SPACE,
    "I/O": f"See that the disk works and has space, and {_KEPT}",
    "malformed": _DAMAGED,
    "not a database": _DAMAGED,
    "locked": "Another program works with it: end that, or name another store.",
    # a connection that is refused, which has no code
    "authentication failed": _LOGIN,
    "no password supplied": _LOGIN,
    "not permitted to log in": "Let the database's owner allow it, or name another user.",
    "pg_hba.conf": "Let the server's administrator allow it, or name another store.",
    "does not exist": "Make it first (createdb, createuser), or name another.",
    "permission denied": _RIGHTS,
    "too many": _ROOM,
    "connection slots": _ROOM,
    "SSL": "Change sslmode in the URL, and see that host and port are PostgreSQL's.",
    "connection option": "Correct the URL.",
    "bad value": "Correct the URL.",
    "resolve": _SERVER,
    "Connection refused": _SERVER,
    "timeout expired": _SERVER,
    "silent": _SERVER,
    "No such file": _SERVER,
    "unreachable": _SERVER,
}
"""The ways out, by the code or by words of the reason; the first that fits."""

_LASTING = (
    *("authentication failed", "no password supplied", "not permitted", "pg_hba.conf"),
    *("does not exist", "permission denied"),
)
_STARTING = (
    *("starting up", "shutting down", "recovery mode", "not yet accepting", "not accepting"),
    *("too many", "connection slots"),
)
_PASSING_CODES = ("08", "40", "53300", "57P01", "57P02", "57P03", "57P05", "25P03")
"""Connection exceptions, serialization, too many connections, shutdowns, limits on idleness."""


def reason(error: exc.SQLAlchemyError) -> str:
    """Return the line that says why, without what the store's place says anyway."""
    lines = str(getattr(error, "orig", None) or error).strip().splitlines() or [
        type(error).__name__
    ]
    several = lines[0].endswith(":") and len(lines) > 1  # one line for each host that was tried
    return lines[-1 if several else 0].rpartition(" failed: ")[2].removeprefix("FATAL:").strip()


def in_words(error: exc.SQLAlchemyError, *, place: str, verb: str) -> StoreError:
    """Return what the database raised, with the way out."""
    why = reason(error)
    code = _code(error)
    way = next((way for sign, way in _WAYS.items() if sign == code or sign in why), _OTHERWISE)
    return StoreError(f"The store {place} can't be {verb}: {why.rstrip('.')}. {way}")


def passes(error: exc.SQLAlchemyError, *, answered: bool) -> bool:
    """Return whether it may work a little later.

    A server that `answered` before restarts, or the way to it is interrupted; of one that never did
    only what it says itself counts, so that a typing mistake is told at once.
    """
    if not isinstance(error, exc.DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    if code := _code(error):
        return code.startswith(_PASSING_CODES)
    if not isinstance(error, exc.OperationalError):
        return False
    why = reason(error)
    if answered:
        return not any(sign in why for sign in _LASTING)
    return any(sign in why for sign in _STARTING)


def _code(error: exc.SQLAlchemyError) -> str | None:
    return getattr(getattr(error, "orig", None), "sqlstate", None)

"""The format of a store: looked at before anything is written, then made."""

import sqlalchemy as sa

from paceline.execution import _tables as tables
from paceline.execution._store_error import StoreError

FORMAT = 2
"""1 had no comparisons, and outcomes as archives of NumPy; the first writer makes it 2."""

_READ = {"1", str(FORMAT)}

_MAKING = 0x7061_6365_6C69_6E65
"""The lock under which a server's tables are made: "paceline"."""

_IS_FORMAT = tables.meta.c.name == "format"


def check_content(connection: sa.Connection, *, place: str) -> None:
    """Look what is there; a database of someone else's stays as it is.

    Raises:
        StoreError: a file that is a database of something else; a store of a newer Paceline.
    """
    there = sa.inspect(connection)
    if not there.has_table(tables.meta.name):
        others = there.get_table_names() if _is_file(connection) else []
        if others:
            raise StoreError(
                f"The store {place} is a database of something else, with the table "
                f"{others[0]!r}. Name another file: this one is kept as it is."
            )
        return
    found = _found(connection)
    if found is not None and found not in _READ:
        raise StoreError(
            f"The store {place} has format {found}, from a newer Paceline; this one reads "
            f"{FORMAT}. Update Paceline, or name another store."
        )


def prepare(connection: sa.Connection) -> None:
    """Make what is missing for writing."""
    if _is_file(connection):
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")
    else:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MAKING)))
    tables.metadata.create_all(connection)
    found = _found(connection)
    if found is None:
        connection.execute(tables.meta.insert().values(name="format", value=str(FORMAT)))
    elif found != str(FORMAT):
        connection.execute(tables.meta.update().where(_IS_FORMAT).values(value=str(FORMAT)))


def check_rights(connection: sa.Connection) -> None:
    """Write nothing: on a server a missing right is an error now, and not after a trial."""
    if _is_file(connection):
        return
    for table in (tables.trials, tables.comparisons, tables.searches):
        connection.execute(table.delete().where(sa.false()))
        nothing = sa.select(table).where(sa.false())
        connection.execute(table.insert().from_select([c.name for c in table.c], nothing))


def _found(connection: sa.Connection) -> str | None:
    return connection.scalar(sa.select(tables.meta.c.value).where(_IS_FORMAT))


def _is_file(connection: sa.Connection) -> bool:
    return connection.dialect.name == "sqlite"

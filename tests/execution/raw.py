"""What is in the database of a store, beside what the store says."""

from typing import Any

import sqlalchemy as sa


def run(place: str, statement: str, **values: Any) -> list[tuple[Any, ...]]:
    """Run a statement in a store's database; return its rows."""
    url = place.replace("postgresql:", "postgresql+psycopg:") if "://" in place else None
    engine = sa.create_engine(url or f"sqlite:///{place}", poolclass=sa.NullPool)
    with engine.begin() as connection:
        done = connection.execute(sa.text(statement), values)
        return [tuple(row) for row in done] if done.returns_rows else []


def harm(place: str, column: str, how: bytes | str) -> None:
    """Damage what `column` ("table.column") holds, in the row that was written last."""
    table, _, name = column.partition(".")
    (blob,) = run(place, f"SELECT {name} FROM {table}")[-1]
    harmed = bytes(blob)[: len(blob) // 2] if how == "half" else how
    run(place, f"UPDATE {table} SET {name} = :new WHERE {name} = :old", new=harmed, old=blob)

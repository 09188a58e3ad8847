"""`paceline compare` as a user of a server who may not write there."""

import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from click.testing import CliRunner
from execution import raw
from execution.postgres import PASSWORD, Server

from paceline.execution import Store
from paceline_cli import main

TASK = """
import keras
import numpy as np

import paceline


def task():
    x = np.random.default_rng(0).normal(size=(16, 4))
    return paceline.Task(
        model=lambda: keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(3)]),
        optimizer=lambda rate: keras.optimizers.SGD(rate),
        loss="mse",
        train=(x, x[:, :3]),
        batch_size=8,
        epochs=1,
    )


def schedules():
    return {"a": paceline.constant(peak=0.1)}
"""
READS = "GRANT SELECT ON ALL TABLES IN SCHEMA public"
WRITES = "GRANT ALL ON ALL TABLES IN SCHEMA public"
COUNTS = "GRANT ALL ON ALL SEQUENCES IN SCHEMA public"
NEEDED = "Let the owner GRANT this user SELECT, INSERT, UPDATE, DELETE on the tables and USAGE"


def may(*rights: str) -> Callable[[Server, str], str]:
    return lambda server, database: server.user(*rights, database=database)


def may_only_read_by_default(server: Server, database: str) -> str:
    user = server.user(WRITES, COUNTS, database=database)
    server.do(f"ALTER ROLE {user} SET default_transaction_read_only = on")
    return user


REFUSED: dict[str, tuple[Callable[[Server, str], str], tuple[str, str]]] = {
    "nothing": (may(), ("can't be opened: permission denied for table paceline. ", NEEDED)),
    "reading": (may(READS), ("written: permission denied for table paceline_trials. ", NEEDED)),
    "no trials": (
        may(READS, COUNTS, "GRANT INSERT, DELETE ON paceline_comparisons"),
        ("written: permission denied for table paceline_trials. ", NEEDED),
    ),
    "no replacing": (
        may(READS, COUNTS, "GRANT INSERT ON ALL TABLES IN SCHEMA public"),
        ("written: permission denied for table paceline_trials. ", NEEDED),
    ),
    "no counting": (may(WRITES), ("written: permission denied for sequence", NEEDED)),
    "reading by default": (
        may_only_read_by_default,
        ("in a read-only transaction. ", "a user who may write."),
    ),
}


@pytest.mark.parametrize("rights", REFUSED)
def test_who_may_not_write_is_told_the_missing_right_in_one_line_before_anything_trains(
    rights: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, postgres: Server
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "task.py").write_text(TASK)
    database = postgres.new()
    owners = postgres.url(database)
    Store(owners).close()
    make, named = REFUSED[rights]
    place = postgres.url(database, make(postgres, database))
    arguments = ["compare", "task.py", "--seeds", "8", "--workers", "1", "--store", place]
    told = CliRunner().invoke(main, arguments)
    lines = [line for line in told.stderr.splitlines() if not line.startswith("Note: ")]
    assert told.exit_code == 2, told.stderr
    assert told.stdout == ""
    assert len(lines) == 1, told.stderr
    assert lines[0].startswith("Error: The store postgresql://")
    assert all(part in lines[0] for part in named), lines[0]
    assert quote(PASSWORD) not in told.stderr
    assert raw.run(owners, "SELECT count(*) FROM paceline_trials") == [(0,)]
    assert not (tmp_path / "paceline-out").exists()

import dataclasses
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from execution import raw
from execution.tiny import outcome

from paceline.execution import Store, StoreError


def put(store: Store, key: str, **changes: object) -> None:
    store.put(key, outcome(**changes), task="t", task_key="k")


def test_what_was_put_is_found_as_it_was(place: str) -> None:
    put_in = outcome(losses=np.array([1.0, np.nan]), status="diverged", error=None)
    with Store(place) as store:
        store.put("key", put_in, task="t", task_key="k")
    with Store(place) as store:
        found, damaged = store.find(["key", "another"])
    assert damaged == 0
    assert list(found) == ["key"]
    for field in dataclasses.fields(put_in):
        np.testing.assert_equal(getattr(found["key"], field.name), getattr(put_in, field.name))


def test_only_results_are_found_and_a_later_outcome_takes_the_place(place: str) -> None:
    with Store(place) as store:
        for status in ("done", "diverged", "failed", "lost"):
            put(store, status, status=status)
        assert set(store.find(["done", "diverged", "failed", "lost"])[0]) == {"done", "diverged"}
        put(store, "failed", status="done")
        assert set(store.find(["failed"])[0]) == {"failed"}


def test_many_keys_are_found(place: str) -> None:
    keys = [str(number) for number in range(1201)]
    with Store(place) as store:
        put(store, keys[0])
        put(store, keys[-1])
        assert set(store.find(keys)[0]) == {keys[0], keys[-1]}


def test_trials_of_an_earlier_state_of_the_task_are_counted(place: str) -> None:
    with Store(place) as store:
        for key, task, state in [("1", "t", "old"), ("2", "t", "old"), ("3", "u", "old")]:
            store.put(key, outcome(), task=task, task_key=state)
        assert store.others("t", "new") == 2
        assert store.others("t", "old") == 0


@pytest.mark.parametrize("how", [b"", b"junk", "half"])
def test_an_outcome_that_is_damaged_is_counted_and_not_found(how: bytes | str, place: str) -> None:
    with Store(place) as store:
        put(store, "good")
        put(store, "bad", seed=4)
    raw.harm(place, "paceline_trials.outcome", how)
    with Store(place) as store:
        found, damaged = store.find(["good", "bad"])
    assert (set(found), damaged) == ({"good"}, 1)


def test_a_store_of_a_newer_version_is_kept_as_it_is(place: str) -> None:
    Store(place).close()
    raw.run(place, "UPDATE paceline SET value = '3'")
    raw.run(place, "DROP TABLE paceline_searches")
    for read_only in (False, True):
        with pytest.raises(StoreError, match=r"format 3, from a newer Paceline.* Update Paceline"):
            Store(place, read_only=read_only)
    assert raw.run(place, "SELECT name, value FROM paceline") == [("format", "3")]
    with pytest.raises(sa.exc.DBAPIError):
        raw.run(place, "SELECT * FROM paceline_searches")


def test_a_file_that_is_no_database_is_kept_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("my notes, which are long enough")
    with pytest.raises(StoreError, match=r"notes\.txt is not a database\. Name another file"):
        Store(tmp_path / "notes.txt")
    assert (tmp_path / "notes.txt").read_text() == "my notes, which are long enough"
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_damaged_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "s.sqlite").write_bytes(b"SQLite format 3\0" + b"\1" * 4096)
    with pytest.raises(StoreError, match=r"s\.sqlite can't be opened: .*damaged"):
        Store(tmp_path / "s.sqlite")


def test_an_empty_file_becomes_a_store(tmp_path: Path) -> None:
    (tmp_path / "s.sqlite").touch()
    with Store(tmp_path / "s.sqlite") as store:
        put(store, "key")
        assert list(store.find(["key"])[0]) == ["key"]


def no_more_pages(connection: sa.Connection) -> None:
    """Set SQLite's own limit, which gives a full disk's error."""
    pages = connection.exec_driver_sql("pragma page_count").scalar()
    connection.exec_driver_sql(f"pragma max_page_count = {pages}")


def test_a_full_database_names_the_way_out(tmp_path: Path) -> None:
    with Store(tmp_path / "s.sqlite") as store:
        put(store, "before")
        store._database.run("read", no_more_pages)
        with pytest.raises(StoreError, match=r"full\. Free some space and run the same command"):
            put(store, "after", losses=np.random.default_rng(0).normal(size=20_000))
        assert set(store.find(["before", "after"])[0]) == {"before"}


def test_a_full_disk_names_the_way_out_and_keeps_what_is_done(small_disk: Path) -> None:
    with Store(small_disk / "s.sqlite") as store:
        put(store, "before")
        with pytest.raises(StoreError, match=r"[Ss]pace.*run the same command again"):
            put(store, "after", losses=np.random.default_rng(0).normal(size=100_000))
    with sqlite3.connect(f"file:{small_disk / 's.sqlite'}?mode=ro", uri=True) as connection:
        assert connection.execute("select key from paceline_trials").fetchone()
    connection.close()


def test_a_store_that_is_read_only_is_named(small_disk: Path) -> None:
    with Store(small_disk / "s.sqlite") as store:
        put(store, "key")
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    for name in ("s.sqlite", "new.sqlite"):
        with pytest.raises(StoreError, match=rf"{name} can't be opened: .*write"):
            Store(small_disk / name)


@pytest.mark.parametrize(
    ("place", "named"),
    [
        ("mysql://me:secret@nowhere/x", r"SQLite file or a PostgreSQL database; got 'mysql://me:"),
        ("mysql://nowhere/x?user=me&password=secret", r"got 'mysql://nowhere/x\?user=me'"),
        ("postgresql://me:secret@nowhere:port/x", "can't be read.*HOST:PORT"),
        ("sqlite://", "Give the path of a file"),
        ("no url://", "can't be read"),
    ],
)
def test_a_url_that_is_no_store_is_named_without_its_password(place: str, named: str) -> None:
    with pytest.raises(StoreError, match=named) as told:
        Store(place)
    assert "secret" not in str(told.value)


def test_a_server_without_its_driver_names_what_to_install() -> None:
    script = (
        "import sys; sys.modules['psycopg'] = None; from paceline.execution import Store;"
        "Store('postgresql://me:secret@nowhere/x')"
    )
    settings = {**os.environ, "KERAS_BACKEND": "jax"}
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, env=settings, capture_output=True, text=True)
    told = done.stderr.splitlines()[-1]
    assert "The store postgresql://me:***@nowhere/x needs a package" in told
    assert 'Install "paceline[postgres]".' in told
    assert "secret" not in told


def test_a_sqlite_url_is_the_same_as_its_path(tmp_path: Path) -> None:
    with Store(f"sqlite:///{tmp_path / 's.sqlite'}") as store:
        put(store, "key")
    with Store(tmp_path / "s.sqlite") as store:
        assert set(store.find(["key"])[0]) == {"key"}


def test_trials_are_listed_and_their_outcomes_read_by_variant_and_seed(place: str) -> None:
    with Store(place) as store:
        store.put("1", outcome(variant="b", seed=1), task="t", task_key="k")
        store.put("2", outcome(variant="a/b", seed=0, status="failed"), task="t", task_key="k")
        store.put("3", outcome(variant="b", seed=1), task="u", task_key="k")
        assert store.trials() == [
            ("t", "a/b", 0, "failed"),
            ("t", "b", 1, "done"),
            ("u", "b", 1, "done"),
        ]
        assert [task for task, _ in store.outcomes("b", 1)] == ["t", "u"]
        assert [each.variant for _, each in store.outcomes("a/b", 0)] == ["a/b"]
        assert store.outcomes("b", 0) == []


def test_reading_a_damaged_outcome_names_its_trial(place: str) -> None:
    with Store(place) as store:
        put(store, "key", variant="a", seed=3)
    raw.harm(place, "paceline_trials.outcome", b"junk")
    with Store(place) as store, pytest.raises(StoreError, match="a/3 of the store"):
        store.outcomes("a", 3)

"""One process at a time holds a SQLite file, or an experiment in a PostgreSQL database."""

import contextlib
import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import filelock
import pytest
from execution import raw
from execution.postgres import PASSWORD, Server
from execution.tiny import outcome
from hypothesis import given
from hypothesis import strategies as st

from paceline.execution import Store, StoreError
from paceline.execution import _holder as holder

HOLD = """
import sys
from paceline.execution import Store
with Store(sys.argv[1], experiment=sys.argv[2]):
    print("held", flush=True)
    sys.stdin.read()
"""
MINUTE = r"since \d{4}-\d\d-\d\d \d\d:\d\d UTC"


@contextlib.contextmanager
def held(place: str | Path, experiment: str = "a") -> Iterator[subprocess.Popen[str]]:
    """Let a real process hold a store."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(place), experiment],
        env={**os.environ, "KERAS_BACKEND": "jax"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        first = process.stdout.readline()
        assert first == "held\n", process.communicate()[1]
        try:
            yield process
        finally:
            process.kill()


def test_who_comes_second_is_told_who_holds_it_until_that_one_is_killed(place: str) -> None:
    with held(place) as first:
        named = rf"@{re.escape(socket.gethostname())}, process {first.pid}, {MINUTE}\. Wait for it"
        for _ in range(2):  # being refused takes nothing from the holder
            with pytest.raises(StoreError, match=named) as told:
                Store(place, experiment="a")
            assert quote(PASSWORD) not in str(told.value)
        first.kill()
        first.wait()
        with Store(place, experiment="a") as store:
            store.put("key", outcome(), task="t", task_key="a")
    Store(place, experiment="a").close()


def test_other_experiments_of_a_server_are_written_at_the_same_time(postgres: Server) -> None:
    place = postgres.url(postgres.new())
    with held(place, "a"), Store(place, experiment="b") as store:
        store.put("key", outcome(), task="t", task_key="b")
        with pytest.raises(StoreError, match=r"this experiment .* other experiments may use"):
            Store(place, experiment="a")


def test_other_databases_of_a_server_are_not_held(postgres: Server) -> None:
    places = [postgres.url(postgres.new()) for _ in range(2)]
    with Store(places[0], experiment="a"):
        Store(places[1], experiment="a").close()


def test_a_file_is_held_whatever_the_experiment(tmp_path: Path) -> None:
    with (
        held(tmp_path / "s.sqlite", "a"),
        pytest.raises(StoreError, match="or name another store"),
    ):
        Store(tmp_path / "s.sqlite", experiment="b")


def test_a_user_without_rights_over_the_holder_is_told_its_name(postgres: Server) -> None:
    database = postgres.new()
    everything = "GRANT ALL ON ALL TABLES IN SCHEMA public"
    with Store(postgres.url(database), experiment="a"):
        user = postgres.user(everything, database=database)
        with pytest.raises(StoreError, match=rf"process {os.getpid()}, {MINUTE}"):
            Store(postgres.url(database, user), experiment="a")


def test_many_that_open_an_empty_database_at_once_all_get_it(postgres: Server) -> None:
    place = postgres.url(postgres.new())
    together = threading.Barrier(8)
    errors: list[BaseException] = []

    def work(number: int) -> None:
        together.wait()
        try:
            with Store(place, experiment=str(number)) as store:
                store.put(str(number), outcome(), task="t", task_key=str(number))
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert raw.run(place, "SELECT count(*) FROM paceline_trials") == [(8,)]
    assert raw.run(place, "SELECT name, value FROM paceline") == [("format", "2")]


def test_the_name_of_one_who_is_gone_is_not_told_of_who_holds_it_now(tmp_path: Path) -> None:
    place = tmp_path / "s.sqlite"
    with held(place) as first:
        first.kill()
        first.wait()
    assert str(first.pid) in Path(f"{place}.lock").read_text()
    with (
        filelock.FileLock(f"{place}.lock"),  # some other program
        pytest.raises(StoreError, match=r"with the store \S+s\.sqlite\. Wait for it"),
    ):
        Store(place)


def test_what_is_written_of_this_process_names_it_in_a_servers_63_bytes() -> None:
    text = holder.written()
    assert f"process {os.getpid()}, since " in holder.in_words(text)
    cut = f"paceline {text}@{'long' * 30}"[:63]
    assert f"process {os.getpid()}, since " in holder.in_words(cut)


@given(text=st.text() | st.from_regex(holder._WRITTEN))
def test_a_text_that_anyone_wrote_there_is_no_error(text: str) -> None:
    assert holder.in_words(text) == "" or "process" in holder.in_words(text)

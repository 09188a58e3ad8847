"""A server that drops in the middle: nothing is lost, nothing doubled, and waiting has an end."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from execution import raw
from execution.commands import Command
from execution.lines import Lines
from execution.postgres import Server
from execution.tiny import outcome

from paceline.execution import Store, StoreError
from paceline.execution import _retry as retry


def put(store: Store, key: str, **changes: object) -> None:
    store.put(key, outcome(**changes), task="t", task_key="k")


def end_sessions(server: Server, database: str) -> None:
    """End every session in a database, as an administrator does, and wait until it is gone."""
    sessions = f"FROM pg_stat_activity WHERE datname = '{database}'"
    server.do(f"SELECT pg_terminate_backend(pid, 5000) {sessions}")


def stored(place: str) -> list[str]:
    return [key for (key,) in raw.run(place, "SELECT key FROM paceline_trials ORDER BY key")]


def test_every_outcome_that_was_put_while_the_server_was_killed_is_there_once(
    mortal: Server,
) -> None:
    returned: list[str] = []
    notes: list[str] = []
    finish = threading.Event()
    losses = np.random.default_rng(0).normal(size=5_000)

    def write() -> None:
        with Store(mortal.url(), experiment="a", say=notes.append) as store:
            while not finish.is_set():
                key = f"{len(returned):06}"
                put(store, key, losses=losses)
                returned.append(key)

    writer = threading.Thread(target=write)
    writer.start()
    for kills in range(3):
        before = len(returned)
        while len(returned) < before + 20 and writer.is_alive():
            time.sleep(0.01)
        mortal.kill()
        at_kill = len(returned)
        time.sleep(0.3 * kills)
        mortal.start()
        while len(returned) <= at_kill + 1 and writer.is_alive():
            time.sleep(0.01)
    with pytest.raises(StoreError, match="Another process works on this experiment"):
        Store(mortal.url(), experiment="a")
    finish.set()
    writer.join()
    assert stored(mortal.url()) == returned
    with Store(mortal.url(), read_only=True) as store:
        found, damaged = store.find(returned)
    assert (len(found), damaged) == (len(returned), 0)
    assert any("does not answer; trying again for 60 s" in note for note in notes)
    assert any("answers again" in note for note in notes)
    print(f"{len(returned)} outcomes over 3 kills")


def test_a_session_that_is_ended_is_opened_and_held_again_without_a_word(postgres: Server) -> None:
    database = postgres.new()
    notes: list[str] = []
    with Store(postgres.url(database), experiment="a", say=notes.append) as store:
        put(store, "1")
        for work in (
            lambda: put(store, "2"),
            lambda: store.find(["1"]),
            lambda: store.put_search("a", {}, task="t", task_key="k"),
            store.searches,
            store.trials,
        ):
            end_sessions(postgres, database)
            work()
        with pytest.raises(StoreError, match="Another process works on this experiment"):
            Store(postgres.url(database), experiment="a")
    assert stored(postgres.url(database)) == ["1", "2"]
    assert notes == []


def test_a_reader_goes_on_too(postgres: Server) -> None:
    database = postgres.new()
    with Store(postgres.url(database)) as store:
        put(store, "1")
    with Store(postgres.url(database), read_only=True) as reader:
        end_sessions(postgres, database)
        assert list(reader.find(["1"])[0]) == ["1"]
        with pytest.raises(StoreError, match="read-only transaction"):
            put(reader, "2")


def test_who_took_the_experiment_meanwhile_keeps_it(postgres: Server) -> None:
    database = postgres.new()
    with Store(postgres.url(database), experiment="a") as first:
        put(first, "1")
        end_sessions(postgres, database)
        with Store(postgres.url(database), experiment="a") as second:
            put(second, "2")
            named = rf"works on this experiment in .*, process {os.getpid()}, since"
            with pytest.raises(StoreError, match=named):
                put(first, "1", status="failed")
            assert sorted(second.find(["1", "2"])[0]) == ["1", "2"]


def test_a_line_that_is_dead_leaves_no_session_that_holds_the_experiment(postgres: Server) -> None:
    database = postgres.new()
    user = postgres.user("GRANT ALL ON SCHEMA public", database=database)
    locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"
    with (
        Lines(postgres) as lines,
        Store(lines.of(postgres.url(database, user)), experiment="a") as store,
    ):
        for number in range(3):
            put(store, str(number))
            assert postgres.do(locks) == [(1,)]
            lines.cut()
            with pytest.raises(StoreError, match="Another process works on this experiment"):
                Store(postgres.url(database), experiment="a")
    assert stored(postgres.url(database)) == ["0", "1", "2"]


def test_a_store_is_reached_by_a_unix_socket_too(postgres: Server) -> None:
    place = postgres.url(postgres.new(), host=postgres.folder)
    with Store(place.replace("127.0.0.1", "")) as store:
        put(store, "1")
        assert list(store.find(["1"])[0]) == ["1"]


def test_a_server_that_does_not_come_back_is_given_up_and_nothing_is_lost(
    mortal: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry, "PATIENCE", 1.0)
    notes: list[str] = []
    with Store(mortal.url(), experiment="a", say=notes.append) as store:
        put(store, "1")
        mortal.kill()
        for verb, work in {
            "written": lambda: put(store, "2"),
            "read": lambda: store.find(["1"]),
        }.items():
            with pytest.raises(StoreError, match=rf"can't be {verb}: Connection refused, and that"):
                work()
        with pytest.raises(StoreError, match="See that the server runs"):  # who starts is told now
            Store(mortal.url())
        mortal.start()
        put(store, "2")
    assert stored(mortal.url()) == ["1", "2"]
    assert [note.partition("; ")[2] for note in notes] == ["trying again for 1 s."] * 2


def test_who_starts_while_the_server_starts_waits_for_it(mortal: Server) -> None:
    with Store(mortal.url(), experiment="a") as store:
        for number in range(200):
            put(store, str(number))
    mortal.kill()
    starting = threading.Thread(target=mortal.start)
    starting.start()
    refused: list[str] = []
    while len(refused) < 10_000:
        try:
            Store(mortal.url(), experiment="a").close()
            break
        except StoreError as error:
            refused.append(str(error))
    starting.join()
    assert all("Connection refused" in each for each in refused)  # and never "is starting up"
    assert len(stored(mortal.url())) == 200


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("REVOKE INSERT ON paceline_trials FROM {}", "permission denied for table.*GRANT"),
        ("ALTER ROLE {} PASSWORD 'another'", r"authentication failed.*~/\.pgpass"),
        ("ALTER ROLE {} NOLOGIN", "not permitted to log in"),
        ("ALTER DATABASE {database} RENAME TO {database}_2", "does not exist"),
        ("DROP TABLE paceline_trials", "does not exist.*Someone removed its tables"),
    ],
)
def test_what_can_not_get_better_is_not_tried_again(
    change: str, told: str, postgres: Server
) -> None:
    database = postgres.new()
    user = postgres.user("GRANT ALL ON SCHEMA public", database=database)
    notes: list[str] = []
    with Store(postgres.url(database, user), say=notes.append) as store:
        put(store, "1")
        end_sessions(postgres, database)
        postgres.do(
            change.format(user, database=database),
            database="postgres" if "DATABASE" in change else database,
        )
        with pytest.raises(StoreError, match=told):
            put(store, "2")
    assert notes == []


WAIT = """
import sys
from paceline.execution import StoppedError, Store
from paceline.execution._interrupt import first_interrupt_finishes

say = lambda text: print(text, flush=True)
with Store(sys.argv[1], say=say) as store, first_interrupt_finishes(say):
    say("ready")
    sys.stdin.readline()
    try:
        store.put_search("a", {}, task="t", task_key="k")
    except StoppedError as error:
        say(f"StoppedError: {error}")
"""


def test_control_c_ends_the_waiting(mortal: Server) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WAIT, mortal.url()],
        env={**os.environ, "KERAS_BACKEND": "jax"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout.readline() == "ready\n"
        mortal.kill()
        process.stdin.write("go on\n")
        process.stdin.flush()
        assert "does not answer; trying again" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        told, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert told == "StoppedError: Stopped while the store did not answer.\n"


def test_control_c_ends_a_comparison_whose_server_is_gone_and_says_how_to_go_on(
    mortal: Server, tmp_path: Path
) -> None:
    settings = ("--seeds", "3", "--workers", "1", "--store", mortal.url())
    command = Command(tmp_path, "stopped", *settings, pause=0.5)
    command.wait_for_trials(2)
    mortal.kill()
    while "does not answer; trying again" not in command.process.stderr.readline():
        assert command.process.poll() is None
    command.send(signal.SIGINT)
    code, _, told = command.finish()
    assert code == 130, told
    last = told.splitlines()[-1]
    assert last.startswith("Stopped while the store did not answer. postgresql://postgres:***@")
    assert "run the same command again" in last
    assert "Traceback" not in told

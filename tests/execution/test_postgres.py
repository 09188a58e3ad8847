"""A store on a PostgreSQL server: who is not let in, and what is read from it."""

import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pytest
from execution import raw
from execution.conftest import mounted
from execution.postgres import PASSWORD, Server
from execution.tiny import outcome, task

import paceline
from paceline.comparison import load_comparison
from paceline.execution import Store, StoreError
from paceline.execution import _retry as retry

Case = Callable[[Server, str], str]
"""Makes the place of a store of a server and a database."""


def elsewhere(server: Server, host_and_port: str, **query: str) -> str:
    return server.url("x", **query).replace(f"127.0.0.1:{server.port}", host_and_port)


def of_user(server: Server, database: str, *rights: str, options: str = "LOGIN") -> str:
    return server.url(database, server.user(*rights, database=database, options=options))


def without_rights(server: Server, database: str) -> str:
    Store(server.url(database)).close()
    return of_user(server, database)


def without_connecting(server: Server, database: str) -> str:
    server.do(f"REVOKE CONNECT ON DATABASE {database} FROM PUBLIC")
    return of_user(server, database)


def without_schema(server: Server, database: str) -> str:
    place = of_user(server, database)
    user = place.partition("//")[2].partition(":")[0]
    server.do(f"ALTER ROLE {user} SET search_path = 'nothing'")
    return place


def without_writing(server: Server, database: str) -> str:
    server.do(f"ALTER DATABASE {database} SET default_transaction_read_only = on")
    return server.url(database)


BAD: dict[str, tuple[Case, str]] = {
    "nobody listens": (
        lambda server, _: elsewhere(server, "127.0.0.1:1"),
        r"127\.0\.0\.1:1/x can't be opened: Connection refused\. See that the server runs",
    ),
    "no such host": (
        lambda server, _: elsewhere(server, "nowhere.invalid"),
        "failed to resolve host 'nowhere.invalid'.* See that the server runs",
    ),
    "nobody at any of several hosts": (
        lambda server, _: elsewhere(server, "", host="127.0.0.1:1&host=127.0.0.1:2"),
        r"can't be opened: Connection refused\. See that the server runs",
    ),
    "no such socket": (
        lambda server, _: elsewhere(server, "", host="/nowhere"),
        r"host=%2Fnowhere can't be opened: No such file or directory\. See that the server runs",
    ),
    "no such database": (
        lambda server, _: server.url("missing"),
        r'can\'t be opened: database "missing" does not exist\. Make it first \(createdb',
    ),
    "wrong password": (
        lambda server, base: server.url(base, password=f"{PASSWORD}!"),
        r"password authentication failed.*\. Give the right user and password, .* ~/\.pgpass",
    ),
    "no password": (
        lambda server, base: server.url(base).replace(f":{quote(PASSWORD)}", ""),
        "can't be opened: fe_sendauth: no password supplied. Give the right user and password",
    ),
    "no such user": (
        lambda server, base: server.url(base, "nobody"),
        r"password authentication failed for user \"nobody\". Give the right user",
    ),
    "may not log in": (
        lambda server, base: of_user(server, base, options="NOLOGIN"),
        "is not permitted to log in. Let the database's owner allow it",
    ),
    "may not make tables": (
        of_user,
        "permission denied for schema public. Let the owner GRANT this user CREATE on it",
    ),
    "may not read the tables": (
        without_rights,
        "permission denied for table paceline. Let the owner GRANT this user SELECT, INSERT",
    ),
    "may not connect": (
        without_connecting,
        'permission denied for database "t.*". Let the owner GRANT this user CONNECT',
    ),
    "no schema": (
        without_schema,
        "can't be opened: no schema has been selected.*Have a schema made",
    ),
    "a standby, or a user who only reads": (
        without_writing,
        "cannot execute CREATE TABLE in a read-only transaction. Name the primary server",
    ),
    "no such option": (
        lambda server, base: server.url(base, colour="red"),
        r'can\'t be opened: invalid connection option "colour"\. Correct the URL',
    ),
    "an option that is none": (
        lambda server, base: server.url(base, connect_timeout="soon"),
        "can't be opened: bad value for connect_timeout: 'soon'. Correct the URL",
    ),
    "no encryption there": (
        lambda server, base: server.url(base, sslmode="require"),
        "server does not support SSL, but SSL was required. Change sslmode in the URL",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_server_that_does_not_let_in_is_named_with_the_reason_and_the_way_out(
    case: str, postgres: Server
) -> None:
    make, told = BAD[case]
    notes: list[str] = []
    place = make(postgres, postgres.new())
    with pytest.raises(StoreError, match=told) as error:
        Store(place, say=notes.append)
    text = str(error.value)
    assert text.startswith("The store postgresql://")
    assert "\n" not in text
    assert PASSWORD not in text
    assert quote(PASSWORD) not in text
    assert notes == []  # nothing that could not get better was tried again


def test_a_password_in_the_query_is_not_told(postgres: Server) -> None:
    place = f"postgresql://127.0.0.1:1/x?user=me&password=secret&port={postgres.port}"
    with pytest.raises(StoreError, match=r"127\.0\.0\.1:1/x") as error:
        Store(place)
    assert "secret" not in str(error.value)


def test_a_host_that_accepts_and_never_answers_is_given_up(postgres: Server) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        place = elsewhere(postgres, f"127.0.0.1:{port}", connect_timeout="2")
        with pytest.raises(StoreError, match=r"connection timeout expired\. See that the server"):
            Store(place)


def test_what_is_no_postgresql_server_is_named(postgres: Server) -> None:
    def answer() -> None:
        connection, _ = other.accept()
        with connection:
            connection.recv(100)
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as other:
        threading.Thread(target=answer, daemon=True).start()
        place = elsewhere(postgres, f"127.0.0.1:{other.getsockname()[1]}")
        with pytest.raises(StoreError, match=r"SSL negotiation.* host and port are PostgreSQL's"):
            Store(place)


def test_a_server_that_is_full_is_asked_again_and_then_named(
    postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry, "PATIENCE", 0.3)
    notes: list[str] = []
    place = of_user(postgres, postgres.new(), options="LOGIN CONNECTION LIMIT 0")
    with pytest.raises(StoreError, match=r"too many connections for role .* Nothing that was done"):
        Store(place, say=notes.append)
    assert len(notes) == 1


def test_a_full_disk_of_a_server_names_the_way_out_and_keeps_what_is_done(
    mortal: Server,
) -> None:
    with mounted(mortal.folder / "small", "1m") as disk:
        shutil.chown(disk, "postgres")
        mortal.do(f"CREATE TABLESPACE small LOCATION '{disk}'")
        mortal.do("ALTER ROLE postgres SET default_tablespace = 'small'")
        notes: list[str] = []
        noise = np.random.default_rng(0).normal(size=200_000)
        with Store(mortal.url(), say=notes.append) as store:
            store.put("before", outcome(), task="t", task_key="k")
            with pytest.raises(StoreError, match=r"No space left.*Free some space and run the sam"):
                store.put("after", outcome(losses=noise), task="t", task_key="k")
            assert list(store.find(["before", "after"])[0]) == ["before"]
        assert notes == []
        mortal.kill()  # or the disk stays in use


def test_a_database_of_something_else_is_shared_and_left_as_it_is(postgres: Server) -> None:
    place = postgres.url(postgres.new())
    raw.run(place, "CREATE TABLE trials AS SELECT 1 AS a")
    with Store(place, read_only=True) as store:
        assert (store.comparisons(), store.searches(), store.trials()) == (([], 0), ([], 0), [])
    with Store(place) as store:
        store.put("key", outcome(), task="t", task_key="k")
    assert raw.run(place, "SELECT * FROM trials") == [(1,)]
    names = raw.run(place, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    assert all(name == "trials" or name.startswith("paceline") for (name,) in names)


def test_who_may_write_but_make_no_tables_uses_those_that_are_there(postgres: Server) -> None:
    database = postgres.new()
    Store(postgres.url(database)).close()
    rights = [f"GRANT ALL ON ALL {what} IN SCHEMA public" for what in ("TABLES", "SEQUENCES")]
    with Store(of_user(postgres, database, *rights)) as store:
        store.put("key", outcome(), task="t", task_key="k")
        store.put_search("a", {}, task="t", task_key="k")
        assert list(store.find(["key"])[0]) == ["key"]


def test_a_report_is_made_by_a_user_who_may_only_read(postgres: Server, tmp_path: Path) -> None:
    database = postgres.new()
    schedules = {"a": paceline.constant(peak=0.1), "b": paceline.cosine(peak=0.1)}
    settings = {"seeds": 2, "name": "tiny", "progress": False}
    stored = paceline.compare(task, schedules, store=postgres.url(database), **settings)
    reader = of_user(postgres, database, "GRANT SELECT ON ALL TABLES IN SCHEMA public")
    assert load_comparison(reader).to_dict() == stored.to_dict()
    with (
        pytest.raises(StoreError, match="read-only transaction"),
        Store(reader, read_only=True) as s,
    ):
        s.put("key", outcome(), task="t", task_key="k")
    command = [sys.executable, "-m", "paceline_cli", "report", reader, "--out", tmp_path / "out"]
    done = subprocess.run(command, env=os.environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert quote(PASSWORD) not in done.stdout + done.stderr
    results = (tmp_path / "out" / "results.csv").read_text().splitlines()
    assert len(results) == 1 + len(stored.outcomes)
    assert "tiny" in (tmp_path / "out" / "report.html").read_text()


def test_the_same_comparison_goes_on_from_a_server_as_from_a_file(
    postgres: Server, tmp_path: Path
) -> None:
    schedules = {"a": paceline.constant(peak=0.1), "b": paceline.cosine(peak=0.1)}
    for place in (postgres.url(postgres.new()), tmp_path / "s.sqlite"):
        first = paceline.compare(task, schedules, seeds=2, store=place, progress=False)
        again = paceline.compare(task, schedules, seeds=3, store=place, progress=False)
        kept = {(each.variant, each.seed): each.seconds for each in first.outcomes}
        found = {(each.variant, each.seed): each.seconds for each in again.outcomes}
        assert len(found) == 6
        assert kept.items() <= found.items()  # the same seconds: they did not run again


def test_a_comparison_holds_its_task_and_no_other(postgres: Server) -> None:
    place = postgres.url(postgres.new())
    schedules = {"a": paceline.constant(peak=0.1), "b": paceline.cosine(peak=0.1)}
    settings = {"seeds": 1, "store": place, "progress": False}
    paceline.compare(task, schedules, **settings)
    [(key,)] = raw.run(place, "SELECT DISTINCT task_key FROM paceline_trials")
    with Store(place, experiment="another"):
        paceline.compare(task, schedules, **settings)
    with Store(place, experiment=key), pytest.raises(StoreError, match="works on this experiment"):
        paceline.compare(task, schedules, **settings)

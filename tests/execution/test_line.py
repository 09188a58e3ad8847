"""A server that is stopped, as one whose disk or network stalls: the waiting has an end."""

import contextlib
import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest
from execution import raw
from execution.lines import Lines
from execution.postgres import Server
from execution.tiny import outcome

from paceline.execution import Store, StoreError
from paceline.execution import _line as line
from paceline.execution import _retry as retry

NOISE = np.random.default_rng(0).normal(size=1_000_000)
"""More than fits into the buffers of a socket."""


@pytest.fixture(params=["TCP", "a local socket"])
def place(request: pytest.FixtureRequest, mortal: Server) -> str:
    if request.param == "TCP":
        return mortal.url(connect_timeout=2)
    url = mortal.url(connect_timeout=2, host=mortal.folder)
    return url.replace(f"127.0.0.1:{mortal.port}", "") + f"&port={mortal.port}"


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "SILENCE", 1.0)


@contextlib.contextmanager
def stopped(server: Server) -> Iterator[None]:
    server.stop()
    try:
        yield
    finally:
        server.resume()


def put(store: Store, key: str, **changes: object) -> None:
    store.put(key, outcome(**changes), task="t", task_key="k")


def stored(server: Server) -> list[str]:
    return [key for (key,) in raw.run(server.url(), "SELECT key FROM paceline_trials ORDER BY key")]


def test_a_server_that_stays_stopped_is_given_up_and_nothing_is_lost(
    mortal: Server, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry, "PATIENCE", 3.0)
    notes: list[str] = []
    with Store(place, experiment="a", say=notes.append) as store:
        put(store, "1")
        with stopped(mortal):
            with pytest.raises(StoreError, match=r"can't be written: .*, and that for 3 s\. Noth"):
                put(store, "2", losses=NOISE)
            with pytest.raises(StoreError, match=r"can't be read: connection timeout expired, and"):
                store.find(["1"])
            with pytest.raises(StoreError, match="See that the server runs"):
                Store(place, read_only=True)
        put(store, "2")
        assert sorted(store.find(["1", "2"])[0]) == ["1", "2"]
    assert stored(mortal) == ["1", "2"]
    assert [note.partition("; ")[2] for note in notes] == ["trying again for 3 s."] * 2


def test_what_was_being_written_when_the_server_stopped_is_there_once_when_it_goes_on(
    mortal: Server, place: str
) -> None:
    returned: list[str] = []
    notes: list[str] = []
    finish = threading.Event()

    def write() -> None:
        with Store(place, experiment="a", say=notes.append) as store:
            while not finish.is_set():
                key = f"{len(returned):06}"
                put(store, key, losses=NOISE[:5_000])
                returned.append(key)

    writer = threading.Thread(target=write)
    writer.start()
    for stops in range(3):
        before = len(returned)
        while len(returned) < before + 10 and writer.is_alive():
            time.sleep(0.01)
        with stopped(mortal):
            while len(notes) <= 2 * stops and writer.is_alive():
                time.sleep(0.01)
    while len(notes) < 6 and writer.is_alive():
        time.sleep(0.01)
    finish.set()
    writer.join()
    assert stored(mortal) == returned
    assert [note.rpartition(" does ")[2] for note in notes[::2]] == [
        "not answer; trying again for 60 s."
    ] * 3
    assert all(note.endswith("answers again.") for note in notes[1::2])


def test_a_line_that_is_slow_is_waited_for_while_it_brings_something(mortal: Server) -> None:
    with Store(mortal.url()) as store:
        put(store, "1", losses=NOISE)
    place = mortal.url()
    with Lines(mortal, pause=0.03) as lines, Store(lines.of(place), read_only=True) as reader:
        begun = time.monotonic()
        assert list(reader.find(["1"])[0]) == ["1"]
        assert time.monotonic() - begun > 2 * line.SILENCE  # or nothing is proven

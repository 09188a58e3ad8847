"""A search goes on where it was, whoever was killed, and ends with the same result."""

import csv
import os
import random
import signal
import time
from pathlib import Path

import pytest
from execution.commands import LONG, Command
from execution.postgres import Server

SEARCH = ("--budget", "16", "--families", "linear,wsd", "--peaks", "0.02:2")


def tune(folder: Path, *options: str, out: str = "out", workers: int = 1, **settings) -> Command:
    asked = (*SEARCH, "--workers", str(workers), *options)
    return Command(folder, out, *asked, verb="tune", **{"task": LONG, **settings})


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Command:
    """A search that nothing disturbs."""
    command = tune(tmp_path_factory.mktemp("undisturbed"))
    code, _, told = command.finish()
    assert code == 0, told
    return command


def ended(command: Command, whole: Command) -> str:
    """Let it end, and check that it found the same; return what it told."""
    code, _, told = command.finish()
    assert code == 0, told
    assert "Traceback" not in told
    assert command.found() == whole.found()
    assert command.alive() == []
    return told


@pytest.mark.slow
def test_a_search_whose_coordinator_is_killed_goes_on_where_it_was(
    tmp_path: Path, whole: Command
) -> None:
    chance = random.Random()
    known: dict[str, bytes] = {}
    for number in range(3):
        command = tune(tmp_path, workers=1 + number % 2, pause=0.2)
        if chance.random() < 0.8:
            command.wait_for_trials(len(command.begun()) + chance.randint(1, 3))
        time.sleep(chance.uniform(0, 1.5))
        command.kill()
        assert command.wait_for_workers_to_end() == []
        after = command.outcomes()
        assert known.items() <= after.items(), "a trial that was done is lost, or ran again"
        known = after
    print(f"trials in the store after three kills: {len(known)}")
    last = tune(tmp_path)
    ended(last, whole)
    assert known.items() <= last.outcomes().items()
    assert set(last.outcomes()) == set(whole.outcomes())


@pytest.mark.slow
def test_a_search_goes_on_when_a_worker_is_killed(tmp_path: Path, whole: Command) -> None:
    command = tune(tmp_path, workers=2, held=True)
    command.wait_for_trials(2)
    os.kill(command.workers()[0], signal.SIGKILL)
    command.release()
    ended(command, whole)
    assert set(command.outcomes()) == set(whole.outcomes())


def refused(second: Command, *, holder: Command) -> None:
    code, printed, told = second.finish()
    assert (code, printed) == (2, "")
    assert f"process {holder.process.pid}, since " in told.splitlines()[-1]


@pytest.mark.slow
def test_a_second_command_names_the_first_which_control_c_stops_and_which_then_goes_on(
    tmp_path: Path, whole: Command
) -> None:
    first = tune(tmp_path, held=True)
    first.wait_for_trials(1)
    refused(tune(tmp_path), holder=first)
    first.send(signal.SIGINT)
    first.release()
    code, printed, told = first.finish()
    assert (code, printed) == (130, ""), told
    assert "Ctrl-C again to stop now" in told
    last = told.splitlines()[-1]
    assert last.startswith("Stopped: ")
    assert "trials.sqlite keeps what is done: run the same command again to go on." in last
    assert "Traceback" not in told
    known = first.outcomes()
    assert 0 < len(known) < len(whole.outcomes())
    assert not (first.out / "schedule.json").exists()
    again = tune(tmp_path)
    ended(again, whole)
    assert known.items() <= again.outcomes().items()


@pytest.mark.slow
def test_on_a_server_a_second_command_is_refused_and_the_first_outlives_the_server(
    mortal: Server, tmp_path: Path, whole: Command
) -> None:
    on_server = ("--store", mortal.url())
    first = tune(tmp_path, *on_server, held=True)
    first.wait_for_trials(1)
    refused(tune(tmp_path, *on_server, out="second"), holder=first)
    mortal.kill()
    first.release()
    while "does not answer; trying again" not in first.process.stderr.readline():
        assert first.process.poll() is None
    mortal.start()
    ended(first, whole)
    rows = mortal.do("SELECT key, status FROM paceline_trials")
    assert {key for key, _ in rows} == set(whole.outcomes())


DEADLY = """    if step == 20 and 0.13 < rate < 0.14:  # linear over 40 updates, and nothing else
        with Path(os.environ["TRIAL_LOG"]).open("a") as log:
            log.write("died 0\\n")
        os.kill(os.getpid(), 9)
    time.sleep("""


@pytest.mark.slow
def test_a_trial_whose_worker_dies_each_time_is_lost_and_the_search_goes_on(tmp_path: Path) -> None:
    command = tune(tmp_path, workers=2, task=LONG.replace("    time.sleep(float", f"{DEADLY}float"))
    code, printed, told = command.finish()
    assert code == 0, told
    assert "1 lost" in told
    assert "The best schedule, as a line of Python:" in printed
    assert [variant for variant, _ in command.begun()].count("died") == 3
    with (command.out / "search.csv").open() as file:
        (lost,) = (row for row in csv.DictReader(file) if row["status"] == "lost")
    assert lost["schedule"].startswith("linear(")
    assert "died 3 times" in lost["error"]

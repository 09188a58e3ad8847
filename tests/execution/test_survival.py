import random
import signal
import time
from pathlib import Path

import pytest
from execution.commands import Command
from execution.postgres import Server

SEEDS = 3
TRIALS = 3 * SEEDS
KILLS = 5


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, dict[str, int]]:
    """The results of a run that nothing disturbs, and each seed by the weights it starts with."""
    command = Command(
        tmp_path_factory.mktemp("undisturbed"), "whole", "--seeds", str(SEEDS), "--workers", "1"
    )
    code, _, told = command.finish()
    assert code == 0, told
    weights = [weights for variant, weights in command.begun() if variant == "a"]
    assert len(set(weights)) == SEEDS
    return command.csv(), {found: seed for seed, found in enumerate(weights)}


@pytest.mark.slow
def test_a_comparison_that_is_killed_goes_on_where_it_was(
    tmp_path: Path, undisturbed: tuple[bytes, dict[str, int]]
) -> None:
    whole, seeds = undisturbed
    chance = random.Random()
    known: set[tuple[str, int]] = set()
    told_at_kills = []

    def start(number: int, pause: float) -> Command:
        workers = str(2 - number % 2)  # what two began one finishes, and the other way round
        return Command(tmp_path, "killed", "--seeds", str(SEEDS), "--workers", workers, pause=pause)

    for number in range(KILLS):
        command = start(number, pause=1.0)
        before = len(command.begun())
        if chance.random() < 0.8:
            command.wait_for_trials(before + chance.randint(1, 4))
        time.sleep(chance.uniform(0, 1.5))
        command.kill()
        assert command.wait_for_workers_to_end() == []
        ran = {(variant, seeds[weights]) for variant, weights in command.begun()[before:]}
        assert not ran & known, "a trial that was done ran twice"
        assert known <= command.stored(), "a trial that was done is lost"
        known = command.stored()
        told_at_kills.append(len(known))
    print(f"{KILLS} kills; trials in the store after each: {told_at_kills}")
    before = len(command.begun())
    last = start(KILLS, pause=0.0)
    code, _, told = last.finish()
    assert code == 0, told
    assert "Traceback" not in told
    ran_last = [(variant, seeds[weights]) for variant, weights in last.begun()[before:]]
    assert not set(ran_last) & known
    assert len(ran_last) == len(set(ran_last)) == TRIALS - len(known)
    assert last.csv() == whole


@pytest.mark.slow
def test_a_comparison_whose_database_server_is_killed_ends_as_if_it_were_not(
    mortal: Server, tmp_path: Path, undisturbed: tuple[bytes, dict[str, int]]
) -> None:
    settings = ("--seeds", str(SEEDS), "--workers", "1", "--store", mortal.url())
    command = Command(tmp_path, "disturbed", *settings, pause=0.5)
    for trials in (2, 5):
        command.wait_for_trials(trials)
        mortal.kill()
        time.sleep(0.5)
        mortal.start()
    code, _, told = command.finish()
    assert code == 0, told
    assert command.csv() == undisturbed[0]
    assert len(command.begun()) == TRIALS  # none ran twice
    assert mortal.do("SELECT count(*) FROM paceline_trials") == [(TRIALS,)]


@pytest.mark.parametrize("workers", ["1", pytest.param("2", marks=pytest.mark.slow)])
def test_control_c_finishes_what_runs_saves_it_and_says_how_to_go_on(
    workers: str, tmp_path: Path
) -> None:
    command = Command(tmp_path, "stopped", "--seeds", "9", "--workers", workers, pause=0.5)
    command.wait_for_trials(2)
    command.send(signal.SIGINT)
    code, printed, told = command.finish()
    assert code == 130, told
    assert printed == ""
    notices = ("WARNING: All log messages", "I0000 ", "To enable the following")  # TensorFlow's own
    lines = [line for line in told.splitlines() if not line.startswith(notices)]
    assert "Ctrl-C again to stop now" in lines[0]
    assert lines[-1].startswith("Stopped: ")
    assert "run the same command again" in lines[-1]
    assert "Traceback" not in told
    assert command.alive() == []
    assert len(command.stored()) == len(command.begun()) < 27
    assert not (command.out / "report.html").exists()


@pytest.mark.parametrize("workers", ["2", pytest.param("1", marks=pytest.mark.slow)])
def test_control_c_twice_stops_now_and_loses_nothing(workers: str, tmp_path: Path) -> None:
    command = Command(tmp_path, "stopped", "--seeds", "9", "--workers", workers, pause=0.2)
    command.wait_for_trials(4)
    done = command.stored()
    command.send(signal.SIGINT)
    time.sleep(0.1)
    command.send(signal.SIGINT)
    code, printed, told = command.finish()
    assert code == 130, told
    assert printed == ""
    assert told.splitlines()[-1].startswith("Stopped: ")
    assert workers == "1" or "Traceback" not in told  # JAX prints one of the task's own callback
    assert command.wait_for_workers_to_end() == []
    assert done
    assert done <= command.stored()

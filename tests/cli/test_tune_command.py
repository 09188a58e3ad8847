import functools
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import keras
import pytest
from click.testing import CliRunner, Result
from execution.postgres import PASSWORD, Server

import paceline
from paceline.execution import Store
from paceline.tuning import load_tuning
from paceline_cli import main
from paceline_cli._work_options import without_password

TASK = """
import keras
import numpy as np

import paceline


def task():
    x = np.random.default_rng(0).normal(size=(48, 4))
    return paceline.Task(
        model=lambda: keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(3)]),
        optimizer=lambda rate: keras.optimizers.SGD(rate),
        loss="mse",
        metrics=["mae"],
        train=(x[:32], x[:32, :3]),
        validation=(x[32:], x[32:, :3]),
        batch_size=8,
        epochs=10,
    )
"""
TASKS = {
    "good": TASK,
    "fails": TASK.replace("keras.optimizers.SGD(rate)", "Broken(rate)")
    + """

class Broken(keras.optimizers.SGD):
    def update_step(self, *_, **__):
        raise OSError("the camera is gone")
""",
    "short": TASK.replace("epochs=10", "epochs=9"),
    "stuck": TASK.replace("import keras\n", "import threading\n\nimport keras\n")
    .replace("\n\ndef task", "\nLOCK = threading.Lock()\n\n\ndef task")
    .replace("SGD(rate)", "SGD(rate, name=f'a{LOCK.locked()}')"),
}
USUAL = ("--budget", "8", "--families", "linear,constant", "--peaks", "0.02:2", "--workers", "1")

BAD: dict[str, tuple[str, list[str], tuple[str, ...]]] = {
    "budget in words": ("good", ["--budget", "never"], ("'never'", "2h")),
    "budget of half a run": ("good", ["--budget", "0.5"], ("0.5 full runs", "40 updates")),
    "budget of nothing": ("good", ["--budget", "0"], ("above 0", "'0'")),
    "steps below a run": ("good", ["--budget", "39 steps"], ("39 steps", "40 updates")),
    "unknown family": ("good", ["--families", "nonsense"], ("'nonsense'", "linear, cosine")),
    "no family": ("good", ["--families", ","], ("families",)),
    "peaks that fall": ("good", ["--peaks", "1:0.1"], ("rise", "(1.0, 0.1)")),
    "peaks in words": ("good", ["--peaks", "high"], ("--peaks", "'high'", "0.01:1")),
    "one peak": ("good", ["--peaks", "0.1"], ("--peaks", "'0.1'")),
    "peak of zero": ("good", ["--peaks", "0:1"], ("peaks > 0",)),
    "all for the confirmation": ("good", ["--confirm", "2"], ("confirm", "2.0")),
    "zero workers": ("good", ["--workers", "0"], ("--workers", "0")),
    "zero threads": ("good", ["--threads", "0"], ("--threads", "0")),
    "margin": ("good", ["--margin", "0"], ("--margin", "0")),
    "unknown metric": ("good", ["--metric", "f1"], ("'f1'", "loss")),
    "negative seed": ("good", ["--seed", "-1"], ("seed", "-1")),
    "few updates": ("short", [], ("40 updates", "36")),
    "out is a file": ("good", ["--out", "task.py"], ("task.py",)),
    "store is no database": ("good", ["--store", "task.py"], ("task.py", "not a database")),
    "store of another kind": ("good", ["--store", "mysql://me:secret@host/d"], ("mysql", "***")),
    "server that is away": (
        "good",
        ["--store", "postgresql://me:secret@127.0.0.1:1/d?password=secret"],
        ("127.0.0.1:1", "Connection refused", "***"),
    ),
    "cluster that is away": (
        "good",
        ["--on", "ray://127.0.0.1:1", "--store", "s.sqlite"],
        ("ray://127.0.0.1:1", "Connection refused", "HOST:6379"),
    ),
    "task that stays": (
        "stuck",
        ["--workers", "2", "--store", "s.sqlite"],
        ("can't travel to worker processes", "workers=1"),
    ),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    return tmp_path


def run(folder: Path, task: str, *options: str) -> Result:
    """Run the command in this process."""
    (folder / "task.py").write_text(TASKS[task])
    return CliRunner().invoke(main, ["tune", "task.py", *USUAL, *options])


def fresh(folder: Path, *options: str) -> Result:
    return run(folder, "good", "--out", "out", *options)


def refused(told: Result) -> str:
    """Check that it is refused in one line, which is returned."""
    lines = [line for line in told.stderr.splitlines() if "computed in this process" not in line]
    assert told.exit_code == 2, told.stderr
    assert told.stdout == ""
    assert len(lines) == 1, told.stderr
    assert lines[0].startswith("Error: ")
    assert "secret" not in lines[0]
    return lines[0]


@pytest.mark.parametrize("case", BAD)
def test_bad_input_gets_one_line_that_names_it_and_code_2(case: str, folder: Path) -> None:
    task, options, named = BAD[case]
    line = refused(run(folder, task, *options))
    assert all(part in line for part in named), line
    left = {path.name for path in folder.rglob("*.*")} - {"__pycache__"}
    assert left - {"s.sqlite", "s.sqlite.lock"} == {"task.py"}


@pytest.mark.parametrize("case", ["cluster that is away", "task that stays"])
def test_what_can_train_nowhere_is_refused_before_the_range_test(case: str, folder: Path) -> None:
    task, options, named = BAD[case]
    (folder / "task.py").write_text(TASKS[task])
    line = refused(CliRunner().invoke(main, ["tune", "task.py", "--budget", "60", *options]))
    assert all(part in line for part in named), line


def test_a_store_that_may_only_be_read_is_refused_before_the_range_test(
    folder: Path, postgres: Server
) -> None:
    database = postgres.new()
    Store(postgres.url(database)).close()
    user = postgres.user("GRANT SELECT ON ALL TABLES IN SCHEMA public", database=database)
    (folder / "task.py").write_text(TASK)
    place = postgres.url(database, user)
    arguments = ["tune", "task.py", "--budget", "60", "--workers", "1", "--store", place]
    line = refused(CliRunner().invoke(main, arguments))
    assert "permission denied" in line
    assert quote(PASSWORD) not in line


def test_a_task_whose_steps_cannot_be_timed_is_no_task_for_a_time(folder: Path) -> None:
    told = run(folder, "fails", "--budget", "2h", "--out", "out")
    assert told.exit_code == 2, told.stderr
    last = told.stderr.splitlines()[-1]
    assert last.startswith("Error: A step can't be timed")
    assert "the camera is gone" in last
    assert "Traceback" not in told.stderr


def test_a_full_disk_is_named_and_what_is_done_is_kept(small_disk: Path, folder: Path) -> None:
    (small_disk / "filling").write_bytes(bytes(150_000))
    told = fresh(folder, "--store", str(small_disk / "s.sqlite"), "--budget", "60")
    assert told.exit_code == 2, told.stderr
    last = told.stderr.splitlines()[-1]
    assert last.startswith("Error: The store ")
    assert re.search("[Ss]pace.*run the same command again", last)
    assert "Traceback" not in told.stderr
    assert not (folder / "out" / "report.html").exists()


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Result, Result]]:
    """A search that ended, and the same command again, with numbers."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("done")
        patch.chdir(folder)
        patch.setattr(sys, "path", list(sys.path))
        yield folder, fresh(folder), fresh(folder, "--json")


def test_it_prints_the_verdict_a_line_of_python_and_the_files(
    done: tuple[Path, Result, Result],
) -> None:
    folder, told, _ = done
    assert told.exit_code == 0, told.stderr
    before, _, after = told.stdout.partition("The best schedule, as a line of Python:\n")
    code, files, load, kept = after.splitlines()
    found = load_tuning(folder / "out" / "trials.sqlite")
    assert " ".join(found.verdict.split()) in " ".join(before.split())
    schedule = eval(code.strip(), {"paceline": paceline})
    assert schedule == paceline.load_schedule(folder / "out" / "schedule.json")
    names = {path.name for path in (folder / "out").iterdir()}
    assert {"report.html", "schedule.json", "search.csv", "results.csv"} <= names
    written = {Path(path).name for path in files.removeprefix("Wrote ").split(", ")}
    assert written == names - {"trials.sqlite", "trials.sqlite.lock"}
    model = keras.Sequential([keras.layers.Dense(1)])
    optimizer = functools.partial(keras.optimizers.SGD, name="its_own")
    line = load.removeprefix("To train with it: ").replace("...", "'mse'")
    exec(line, {"paceline": paceline, "model": model, "optimizer": optimizer})
    assert model.optimizer._learning_rate == schedule
    assert "trials.sqlite: the same command ends with the same result" in kept


def test_the_same_command_again_trains_nothing_and_gives_numbers(
    done: tuple[Path, Result, Result],
) -> None:
    folder, first, second = done
    assert second.exit_code == 0, second.stderr
    body = json.loads(second.stdout)
    assert body["best"]["code"] in first.stdout
    assert body["budget"] == "8 full runs"
    lines = (folder / "out" / "search.csv").read_text().splitlines()
    assert len(body["trials"]) == len(lines) - 1
    assert {Path(path).parent.name for path in body["files"]} == {"out"}
    assert body["command"].startswith("paceline")
    assert "4/4 trials, 4 from the store" in second.stderr


@pytest.mark.parametrize("peaks", [True, False])
def test_a_dry_run_prints_the_plan_and_does_nothing(peaks: bool, folder: Path) -> None:
    (folder / "task.py").write_text(TASK)
    options = ["--peaks", "0.02:2"] if peaks else []
    told = CliRunner().invoke(main, ["tune", "task.py", "--budget", "60", "--dry-run", *options])
    assert told.exit_code == 0, told.stderr
    assert "What a budget of 60 full runs will do: one full run is 40 updates" in told.stdout
    assert ("range test" in told.stdout) != peaks
    assert "explore 8 families" in told.stdout
    assert "Updates that do not fill a trial are left to the next stage" in told.stdout
    assert "in all" in told.stdout
    assert {path.name for path in folder.rglob("*.*")} == {"task.py"}


@pytest.mark.parametrize(("budget", "few"), [("7", True), ("8", False)])
def test_a_dry_run_says_that_a_budget_is_too_small_to_confirm(
    budget: str, few: bool, folder: Path
) -> None:
    told = run(folder, "good", "--budget", budget, "--dry-run")
    said = " ".join(told.stdout.split())
    assert ("Nothing will be confirmed" in said) == few
    assert ("A budget of 8 full runs has room for 2 fresh seeds" in said) == few
    assert ("confirm 1 and the" in said) != few


def test_a_dry_run_of_a_time_says_that_it_is_timed_first(folder: Path) -> None:
    told = run(folder, "good", "--budget", "2h", "--dry-run")
    assert told.exit_code == 0, told.stderr
    assert "How many updates 2 h 00 min are is timed at the start" in told.stdout


@pytest.mark.parametrize(
    "case",
    [
        "budget in words",
        "budget of half a run",
        "unknown family",
        "peaks that fall",
        "all for the confirmation",
        "few updates",
    ],
)
def test_a_dry_run_refuses_what_the_command_refuses(case: str, folder: Path) -> None:
    task, options, _ = BAD[case]
    assert refused(run(folder, task, *options, "--dry-run")) == refused(run(folder, task, *options))


def test_the_help_has_examples() -> None:
    told = CliRunner().invoke(main, ["tune", "--help"])
    assert told.exit_code == 0
    assert "Examples:\n    paceline tune examples/01_digits.py --budget 60" in told.stdout


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        ("s.sqlite", "s.sqlite"),
        ("postgresql://me@host/d", "postgresql://me@host/d"),
        ("postgresql://me:secret@host:1/d", "postgresql://me:***@host:1/d"),
        ("postgresql://me:se/cret@host/d", "postgresql://me:***@host/d"),
        ("postgresql://host/d?user=me&password=secret", "postgresql://host/d?user=me&password=***"),
        ("postgresql://host/d?password=secret&a=b", "postgresql://host/d?password=***&a=b"),
        ("postgresql://host/d?sslpassword=secret", "postgresql://host/d?sslpassword=***"),
        ("--store=postgresql://me:secret@host/d", "--store=postgresql://me:***@host/d"),
        ("ray://head:10001", "ray://head:10001"),
    ],
)
def test_no_password_is_shown(place: str, shown: str) -> None:
    assert without_password(place) == shown

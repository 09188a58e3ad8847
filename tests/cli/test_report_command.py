import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cli.conftest import Run
from click.testing import CliRunner, Result

from paceline.execution import Store
from paceline_cli import main

TASK = """
import keras
import numpy as np

import paceline


class Broken(keras.callbacks.Callback):
    def on_train_begin(self, logs=None):
        raise OSError("the camera is gone")


def task():
    x = np.random.default_rng(0).normal(size=(48, 4))
    return paceline.Task(
        model=lambda: keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(3)]),
        optimizer=lambda rate: keras.optimizers.SGD(rate),
        loss="mse",
        train=(x[:32], x[:32, :3]),
        validation=(x[32:], x[32:, :3]),
        batch_size=8,
        epochs=2,
    )


def schedules():
    return {"constant": paceline.constant(peak=0.1), "<b>co/sine</b>": paceline.cosine(peak=0.1)}


def failing():
    fixed = paceline.constant(peak=0.1)
    return {"broken": paceline.Variant(schedule=fixed, callbacks=[Broken()])}
"""

JAX = {**os.environ, "KERAS_BACKEND": "jax"}
"""Starts 3 s sooner than TensorFlow."""
FILES = ("report.html", "rates.png", "losses.png", "final.png", "forest.png", "results.csv")


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with task.py, what compare wrote into out, and what it opened in opened."""
    folder = tmp_path_factory.mktemp("compared")
    (folder / "task.py").write_text(TASK)
    (folder / "failing.py").write_text(
        TASK.replace("schedules", "_").replace("failing", "schedules")
    )
    call = [sys.executable, "-m", "paceline_cli", "compare", "--seeds=2", "--workers=1", "--open"]
    env = {**JAX, "BROWSER": f"{browser_in(folder)} %s"}
    for task, code in (("task", 0), ("failing", 1)):
        command = [*call, f"{task}.py", "--out", "out" if task == "task" else task]
        done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True)
        assert done.returncode == code, done.stderr
    return folder


def browser_in(folder: Path) -> Path:
    """Make a browser that writes what it is to show into the file "opened" beside it."""
    browser = folder / "browser"
    browser.write_text('#!/bin/sh\necho "$1" >> "$(dirname "$0")/opened"\n')
    browser.chmod(0o755)
    return browser


@pytest.fixture
def folder(compared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(compared, tmp_path / "work")
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "work"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["report", *arguments])


def test_the_report_is_that_of_compare_byte_for_byte(folder: Path) -> None:
    told = run("out/trials.sqlite")
    assert (told.exit_code, told.stderr) == (0, "")
    for name in FILES:
        rebuilt = folder / "paceline-out" / "task" / name
        assert rebuilt.read_bytes() == (folder / "out" / name).read_bytes(), name
    assert told.stdout.splitlines()[-1].startswith("Wrote paceline-out/task/report.html, ")


def test_json_holds_the_command_that_compared_and_the_files(folder: Path) -> None:
    told = run("out/trials.sqlite", "--json", "--out", "again")
    body = json.loads(told.stdout)
    assert body["command"] == "paceline compare --seeds=2 --workers=1 --open task.py --out out"
    assert [Path(file).name for file in body["files"]] == list(FILES)
    assert len(body["trials"]) == 4


@pytest.mark.slow
def test_it_needs_no_tensorflow(
    folder: Path, paceline: Run, environment: Callable[..., Path]
) -> None:
    told = paceline(
        "report", str(folder / "out" / "trials.sqlite"), "--tensorboard", "runs",
        python=environment(without=["tensorflow", "torch"]),
    )  # fmt: skip
    assert (told.returncode, told.stderr) == (0, "")


def test_it_starts_no_tensorflow(folder: Path) -> None:
    program = (
        "import sys; from paceline_cli import main\n"
        "try: main()\n"
        "finally: print(sorted({'tensorflow', 'torch'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "report", "out/trials.sqlite", "--tensorboard", "runs"],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if name != "KERAS_BACKEND"},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "[]\n")


def test_a_running_comparison_is_reported_as_far_as_it_is(folder: Path) -> None:
    with sqlite3.connect("out/trials.sqlite") as connection:
        connection.execute("delete from paceline_trials where seed = 1 and variant = 'constant'")
    connection.close()
    with Store("out/trials.sqlite"):
        told = run("out/trials.sqlite")
    assert told.exit_code == 0, told.stderr
    assert told.stderr.startswith("Note: Not run yet, and so missing here: 1 of 4 trials in ")


@pytest.mark.slow
def test_two_stores_of_one_task_make_one_report(folder: Path) -> None:
    call = [sys.executable, "-m", "paceline_cli", "compare", "task.py", "--workers=1"]
    more = [*call, "--seeds=3", "--store=more.sqlite"]
    subprocess.run(more, cwd=folder, env=JAX, check=True, capture_output=True)
    told = run("out/trials.sqlite", "more.sqlite", "--json")
    assert told.exit_code == 0, told.stderr
    assert "In several stores: 4 trials" in told.stderr
    body = json.loads(told.stdout)
    assert (body["seeds"], len(body["trials"])) == ([0, 1, 2], 6)


def other_table(place: str) -> None:
    with sqlite3.connect(place) as connection:
        connection.execute("create table photos (name text)")
    connection.close()


BAD: dict[str, tuple[list[str], int, tuple[str, ...]]] = {
    "no store": ([], 2, ("STORE", "--help")),
    "missing": (["nothing.sqlite"], 2, ("nothing.sqlite is not there", "paceline compare")),
    "a folder": (["out"], 2, ("out is a folder", "out/trials.sqlite")),
    "another folder": (["."], 2, ("directory",)),
    "an empty file": (["empty.sqlite"], 2, ("empty.sqlite is empty",)),
    "no database": (["task.py"], 2, ("task.py", "not a database")),
    "another database": (["photos.db"], 2, ("'photos'",)),
    "damaged": (["damaged.sqlite"], 2, ("damaged",)),
    "no comparison": (["fresh.sqlite"], 2, ("holds no comparison",)),
    "a search": (["search.sqlite"], 2, ("search of digits in", "not ended", "'paceline tune' com")),
    "its task": (["search.sqlite", "--task", "t"], 2, ("no search of 't'. It holds digits",)),
    "newer": (["newer.sqlite"], 2, ("format 9", "Update Paceline")),
    "unknown task": (["out/trials.sqlite", "--task", "digits"], 2, ("'digits'", "'task'")),
    "two tasks": (["out/trials.sqlite", "failing/trials.sqlite"], 2, ("'task' and 'failing'",)),
    "nothing finished": (["failing/trials.sqlite"], 1, ("All 2 trials failed", "the camera is")),
    "nothing ran": (["stopped.sqlite"], 1, ("No trial of this comparison has ended",)),
    "out is a file": (["out/trials.sqlite", "--out", "task.py"], 2, ("--out", "task.py")),
    "runs are a file": (["out/trials.sqlite", "--tensorboard", "task.py/x"], 2, ("--tensorboard",)),
    "other kind": (["mysql://me:secret@host/d"], 2, ("mysql", "***")),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_input_gets_one_line_that_names_it_and_makes_nothing(case: str, folder: Path) -> None:
    (folder / "empty.sqlite").touch()
    (folder / "damaged.sqlite").write_bytes(b"SQLite format 3\0" + b"\1" * 4096)
    other_table("photos.db")
    Store("fresh.sqlite").close()
    with Store("search.sqlite") as store:
        store.put_search("0", {}, task="digits", task_key="1")
    Store("newer.sqlite").close()
    shutil.copy("out/trials.sqlite", "stopped.sqlite")
    for place, command in {
        "newer.sqlite": "update paceline set value = '9'",
        "stopped.sqlite": "delete from paceline_trials",
    }.items():
        with sqlite3.connect(place) as connection:
            connection.execute(command)
        connection.close()
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    options, code, named = BAD[case]
    told = run(*options)
    lines = [line for line in told.stderr.splitlines() if not line.startswith("Note: ")]
    assert told.exit_code == code, told.stderr
    assert len(lines) == 1
    assert lines[0].startswith("Error: ")
    assert all(part in lines[0] for part in named), lines[0]
    assert "secret" not in lines[0]
    assert told.stdout == ""
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_a_task_may_be_called_anything(folder: Path) -> None:
    with sqlite3.connect("out/trials.sqlite") as connection:
        name = "../../<b>🚀</b>" + "x" * 500
        connection.execute("update paceline_comparisons set task = ?", [name])
    connection.close()
    told = run("out/trials.sqlite", "--json")
    assert told.exit_code == 0, told.stderr
    (made,) = (folder / "paceline-out").iterdir()
    assert made.name.startswith("b-b-xxx")
    assert json.loads(told.stdout)["task"] == name


@pytest.mark.slow
def test_open_shows_the_page_in_the_browser(
    folder: Path, compared: Path, paceline: Run, tmp_path: Path
) -> None:
    assert (folder / "opened").read_text().split() == [(compared / "out" / "report.html").as_uri()]
    browser = f"{browser_in(tmp_path)} %s"
    store = str(folder / "out" / "trials.sqlite")
    told = paceline("report", store, "--open", "--out", "my out", BROWSER=browser)
    assert (told.returncode, told.stderr) == (0, "")
    task = str(folder / "task.py")
    found = paceline(
        "find", task, "--open", "--out", "my out", BROWSER=browser, KERAS_BACKEND="jax"
    )
    assert found.returncode in {0, 1}, found.stderr
    pages = [(tmp_path / "my out" / name).as_uri() for name in ("report.html", "find.html")]
    assert (tmp_path / "opened").read_text().split() == pages


def test_without_a_browser_the_page_is_named(folder: Path, paceline: Run, tmp_path: Path) -> None:
    store = str(folder / "out" / "trials.sqlite")
    nothing = {"BROWSER": "", "DISPLAY": "", "WAYLAND_DISPLAY": "", "PATH": str(tmp_path)}
    told = paceline("report", store, "--open", "--out", "o", **nothing)
    assert told.returncode == 0
    page = tmp_path / "o" / "report.html"
    assert told.stderr == f"Note: No browser was found: open {page} in one.\n"


@pytest.mark.slow
@pytest.mark.parametrize("command", [["compare", "task.py"], ["report", "out/trials.sqlite"]])
def test_without_tensorboard_the_extra_is_named_before_anything_runs(
    command: list[str], folder: Path, paceline: Run, environment: Callable[..., Path]
) -> None:
    name, file = command
    told = paceline(
        name, str(folder / file), "--tensorboard", "runs", "--out", str(folder / "new"),
        python=environment(without=["tensorboard", "tensorflow"]),
        KERAS_BACKEND="jax",
    )  # fmt: skip
    assert told.returncode == 2
    assert told.stderr.startswith("Error: Curves for TensorBoard need TensorBoard, which is not")
    assert "'paceline[tensorboard]'" in told.stderr
    assert len(told.stderr.splitlines()) == 1
    assert not (folder / "new").exists()

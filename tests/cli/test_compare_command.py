import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from paceline.execution import Store
from paceline.schedules import warmup
from paceline_cli import main

TASK = """
import keras
import numpy as np

import paceline


def build():
    return keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(3)])


def task():
    x = np.random.default_rng(0).normal(size=(48, 4))
    y = np.arange(48) % 3
    return paceline.Task(
        model=build,
        optimizer=lambda rate: keras.optimizers.SGD(rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
        train=(x[:32], y[:32]),
        validation=(x[32:], y[32:]),
        batch_size=8,
        epochs=2,
    )


def schedules():
    return {"constant": paceline.constant(peak=0.1), "cosine": paceline.cosine(peak=0.1)}
"""

TASKS = {
    "raises": "def task():\n    broken = 1\n    return broken / 0\n\n\nschedules = dict\n",
    "exits": "import sys\nsys.exit(3)\n",
    "syntax": "def task(:\n    pass\n",
    "import": "import no_such_package\n",
    "other": "def task():\n    return 7\n\n\nschedules = dict\n",
    "no function": "def other():\n    pass\n",
    "no schedules": TASK.replace("def schedules", "def _schedules"),
    "compiled": TASK
    + """
def build():
    model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(3)])
    model.compile(loss="mse")
    return model
""",
    "labels": TASK.replace("% 3", "% 7"),
    "model raises": TASK + "\ndef build():\n    return keras.layers.Dense(-3)\n",
    "bad task": TASK.replace("epochs=2", "epochs=0"),
    "schedules raise": TASK + "\ndef schedules():\n    return {'a': paceline.cosine(peak=-1)}\n",
    "schedules none": TASK + "\ndef schedules():\n    pass\n",
    "schedules empty": TASK + "\ndef schedules():\n    return {}\n",
    "keras schedule": TASK
    + "\ndef schedules():\n"
    + "    return {'k': keras.optimizers.schedules.CosineDecay(0.1, 8)}\n",
    "number": TASK + "\ndef schedules():\n    return {'fixed': 0.1}\n",
    "falls below zero": TASK
    + "\ndef schedules():\n    falls = lambda step, ops: 0.1 - 0.05 * step"
    + "\n    return {'mine': paceline.schedules.Lambda(function=falls)}\n",
    "unseeded": TASK.replace("default_rng(0)", "default_rng()"),
    "takes a peak": TASK
    + "\ndef schedules(peak):\n"
    + "    return {'a': paceline.cosine(peak=peak), 'b': paceline.constant(peak=peak / 2)}\n",
    "not finite": TASK.replace("    y = np.arange", "    x[0] = np.nan\n    y = np.arange"),
    "no validation": TASK.replace("validation=(x[32:], y[32:]),", ""),
}

BAD: dict[str, tuple[str, list[str], tuple[str, ...]]] = {
    "raises": ("raises", [], ("ZeroDivisionError", "task.py, line 3")),
    "exits": ("exits", [], ("SystemExit", "task.py, line 2")),
    "syntax": ("syntax", [], ("SyntaxError", "task.py, line 1")),
    "import": ("import", [], ("no_such_package", "task.py, line 1")),
    "other": ("other", [], ("7", "paceline.Task")),
    "no function": ("no function", [], ("'task'", "other")),
    "no such function": ("good", ["task.py:small"], ("'small'", "task, schedules")),
    "no such file": ("good", ["missing.py"], ("'missing.py'",)),
    "no such module": ("good", ["no.such.module:task"], ("'no.such.module'",)),
    "a folder": ("good", ["."], ("'.'", "Python file")),
    "no schedules": ("no schedules", [], ("--schedule",)),
    "compiled": ("compiled", [], ("compiled model", "compile()")),
    "labels": ("labels", [], ("0 to 6", "3 outputs")),
    "model raises": ("model raises", [], ("-3", "task.py, line")),
    "bad task": ("bad task", [], ("epochs=0", "task.py, line")),
    "schedules raise": ("schedules raise", [], ("peak=-1", "task.py, line")),
    "schedules none": ("schedules none", [], ("NoneType",)),
    "schedules empty": ("schedules empty", [], ("at least one",)),
    "keras schedule": ("keras schedule", [], ("'k'", "CosineDecay", "paceline.from_keras(")),
    "number": ("number", [], ("'fixed'", "paceline.constant(peak=0.1)")),
    "rate below zero": ("falls below zero", [], ("-0.05",)),
    "data that change": ("unseeded", [], ("other data", "random_state=0")),
    "unknown schedule": ("good", ["-s", "cosinus(peak=1)"], ("cosinus", "cosine")),
    "unknown argument": ("good", ["-s", "cosine(peak=1, speed=2)"], ("speed",)),
    "foreign call": ("good", ["-s", "__import__('os')"], ("__import__",)),
    "negative rate": ("good", ["-s", "constant(peak=-1)"], ("-1",)),
    "NaN rate": ("good", ["-s", "constant(peak=nan)"], ("nan",)),
    "same name": ("good", ["-s", "a=constant(peak=1)", "-s", "a=constant(peak=2)"], ("'a'",)),
    "no peak": ("good", ["-s", "cosine()"], ("cosine needs peak",)),
    "peak in words": ("good", ["--peak", "high"], ("--peak", "'high'", "auto")),
    "peak of zero": ("good", ["--peak", "0"], ("--peak", "'0'")),
    "peak not finite": ("good", ["--peak", "inf"], ("--peak", "'inf'")),
    "peak of its own": ("good", ["--peak", "1", "-s", "cosine(peak=1)"], ("--peak", "cosine()")),
    "peak unwanted": ("good", ["--peak", "auto"], ("schedules()", "schedules(peak)")),
    "peak wanted": ("takes a peak", [], ("schedules(peak)", "--peak auto")),
    "peak below floor": ("good", ["--peak", "1e-3", "-s", "cosine(floor=1)"], ("floor",)),
    "peak of nonsense": ("good", ["--peak", "auto", "-s", "cosinus()"], ("cosinus", "cosine")),
    "zero seeds": ("good", ["--seeds", "0"], ("--seeds", "0", "Give 8")),
    "zero workers": ("good", ["--workers", "0"], ("--workers", "0")),
    "zero threads": ("good", ["--threads", "0"], ("--threads", "0")),
    "target": ("good", ["--target", "nan"], ("--target", "nan")),
    "unknown baseline": ("good", ["--baseline", "best"], ("'best'", "constant, cosine")),
    "unknown metric": ("good", ["--metric", "f1"], ("'f1'", "accuracy, loss")),
    "metric without data": ("no validation", ["--metric", "loss"], ("'loss'", "training_loss")),
    "foreign loop": ("good", ["--loop", "step"], ("'step'", "graph")),
    "out is a file": ("good", ["--out", "task.py"], ("task.py",)),
    "out in a file": ("good", ["--out", "task.py/out"], ("task.py",)),
    "store is no database": ("good", ["--store", "task.py"], ("task.py", "not a database")),
    "store is a folder": ("good", ["--store", "."], ("directory",)),
    "store of another kind": ("good", ["--store", "mysql://me:secret@host/d"], ("mysql", "***")),
    "store that nobody serves": (
        "good",
        ["--store", "postgresql://me:secret@127.0.0.1:9/d"],
        ("me:***@127.0.0.1:9/d", "refused"),
    ),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    return tmp_path


def run(folder: Path, task: str, *options: str) -> Result:
    """Run the command in this process; options may begin with another task argument."""
    (folder / "task.py").write_text({"good": TASK, **TASKS}[task])
    named = bool(options) and not options[0].startswith("-")
    arguments = ["compare", "--workers", "1", *([] if named else ["task.py"]), *options]
    return CliRunner().invoke(main, arguments)


@pytest.mark.parametrize("case", BAD)
def test_bad_input_gets_one_line_that_names_it_and_code_2(case: str, folder: Path) -> None:
    task, options, named = BAD[case]
    told = run(folder, task, *options)
    # this process has computed before, as another test may say: its threads can't be set any more
    lines = [line for line in told.stderr.splitlines() if "computed in this process" not in line]
    assert told.exit_code == 2, told.stderr
    assert len(lines) == 1
    assert lines[0].startswith("Error: ")
    assert all(part in lines[0] for part in named), lines[0]
    assert "secret" not in lines[0]
    assert told.stdout == ""
    left = {str(path.relative_to(folder)) for path in folder.rglob("*.*")} - {"__pycache__"}
    empty_store = {f"paceline-out/task/trials.sqlite{end}" for end in ("", ".lock")}
    assert left - (empty_store if case == "data that change" else set()) == {"task.py"}
    assert (folder / "task.py").read_text() == {"good": TASK, **TASKS}[task]


def fresh(folder: Path, task: str, *options: str) -> Result:
    return run(folder, task, "--out", "out", *options)


def test_an_error_leaves_an_earlier_report_as_it_was(folder: Path) -> None:
    (folder / "out").mkdir()
    (folder / "out" / "report.html").write_text("earlier")
    assert fresh(folder, "labels").exit_code == 2
    assert [path.name for path in (folder / "out").iterdir()] == ["report.html"]
    assert (folder / "out" / "report.html").read_text() == "earlier"


def test_it_writes_report_charts_and_numbers_and_the_second_time_trains_nothing(
    folder: Path,
) -> None:
    first = fresh(folder, "good", "--seeds", "2", "--json")
    assert first.exit_code == 0, first.stderr
    body = json.loads(first.stdout)
    pictures = {f"{name}.png" for name in ("rates", "losses", "final", "forest")}
    names = {"report.html", "results.csv", *pictures}
    assert {Path(path).name for path in body["files"]} == names
    kept = {"trials.sqlite", "trials.sqlite.lock"}
    assert {path.name for path in (folder / "out").iterdir()} == names | kept
    results = (folder / "out" / "results.csv").read_bytes()
    second = fresh(folder, "good", "--seeds", "2", "--json")
    assert "4/4 trials, 4 from the store" in second.stderr
    assert (folder / "out" / "results.csv").read_bytes() == results
    again = json.loads(second.stdout)
    assert again["trials"] == body["trials"]  # the seconds of each trial too


def test_a_schedule_that_is_too_short_is_said_once_and_allowed(folder: Path) -> None:
    told = fresh(folder, "good", "-s", "short=linear(peak=0.1, steps=3)", "--seeds", "2")
    assert told.exit_code == 0, told.stderr
    assert told.stderr.count("short is 3 steps long, the training 8") == 1


def test_a_loss_that_is_not_finite_is_counted_as_diverged_and_stops_early(folder: Path) -> None:
    told = fresh(
        folder, "good", "-s", "low=constant(peak=0.1)", "-s", "wild=constant(peak=3e38)", "--json",
        "--seeds", "2",
    )  # fmt: skip
    assert told.exit_code == 0, told.stderr
    assert "2 diverged" in told.stderr
    trials = json.loads(told.stdout)["trials"]
    wild = [trial for trial in trials if trial["variant"] == "wild"]
    assert [trial["status"] for trial in wild] == ["diverged", "diverged"]
    assert all(trial["updates"] < 8 for trial in wild)


FAILING = (
    TASK
    + """

class Broken(keras.callbacks.Callback):
    def on_train_begin(self, logs=None):
        raise OSError("the camera is gone")

def schedules():
    fixed = paceline.constant(peak=0.1)
    broken = paceline.Variant(schedule=fixed, callbacks=[Broken()])
    return {"broken": broken, "good": fixed}
"""
)


def test_a_trial_that_fails_is_shown_and_runs_again_the_next_time(folder: Path) -> None:
    TASKS["failing"] = FAILING
    for kept in (0, 2):
        told = fresh(folder, "failing", "--seeds", "2", "--baseline", "good")
        assert told.exit_code == 1
        assert "2 failed" in told.stderr
        assert f"{kept} from the store" in told.stderr or not kept
        assert "the camera is gone" in told.stdout
        assert (folder / "out" / "report.html").exists()


def test_where_every_trial_failed_there_is_the_first_error_and_no_report(folder: Path) -> None:
    TASKS["all failing"] = FAILING.replace('"good": fixed', "")
    told = fresh(folder, "all failing", "--seeds", "2")
    assert told.exit_code == 1
    last = told.stderr.splitlines()[-1]
    assert last.startswith("Error: All 2 trials failed; nothing was written. The first, 'broken'")
    assert "the camera is gone" in last
    assert told.stdout == ""
    assert not (folder / "out" / "report.html").exists()


def test_what_the_users_code_prints_is_no_part_of_the_json(folder: Path) -> None:
    TASKS["loud"] = TASK.replace("def task():", "def task():\n    print('loading')")
    told = fresh(folder, "loud", "--seeds", "1", "--json")
    assert told.exit_code == 0, told.stderr
    assert json.loads(told.stdout)["task"] == "task"
    assert "loading" in told.stderr


def test_a_store_of_something_else_is_kept_as_it_is(folder: Path) -> None:
    with sqlite3.connect(folder / "photos.db") as connection:
        connection.execute("create table photos (name text)")
    connection.close()
    before = (folder / "photos.db").read_bytes()
    told = fresh(folder, "good", "--store", "photos.db")
    assert told.exit_code == 2
    assert "'photos'" in told.stderr
    assert (folder / "photos.db").read_bytes() == before


def test_a_store_that_another_process_holds_is_named(folder: Path) -> None:
    with Store(folder / "held.sqlite"):
        told = fresh(folder, "good", "--store", "held.sqlite")
    assert told.exit_code == 2
    assert told.stderr.startswith("Error: Another process works with the store ")
    assert "held.sqlite" in told.stderr


@pytest.mark.parametrize("task", ["raises", "labels"])
def test_in_a_process_of_its_own_nothing_but_the_line_is_printed(task: str, tmp_path: Path) -> None:
    (tmp_path / "task.py").write_text({"good": TASK, **TASKS}[task])
    done = subprocess.run(
        [sys.executable, "-m", "paceline_cli", "compare", "task.py"],
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("Error: ")
    assert [path.name for path in tmp_path.iterdir() if path.suffix] == ["task.py"]


@pytest.mark.slow
def test_in_a_process_of_its_own_tensorflow_prints_nothing(tmp_path: Path) -> None:
    (tmp_path / "task.py").write_text(TASK)
    done = subprocess.run(
        [sys.executable, "-m", "paceline_cli", "compare", "task.py", "--seeds=2", "--workers=2"],
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0
    ours = ("trials", "Note: 2 seeds can never")
    lines = done.stderr.splitlines()
    assert all(any(part in line for part in ours) for line in lines), done.stderr


def test_a_peak_goes_to_every_schedule_that_leaves_it_out(folder: Path) -> None:
    told = fresh(
        folder, "good", "--peak", "3e-2", "-s", "cosine()", "-s", "half=0.5 * warmup(steps=8)",
        "-s", "own=constant(peak=0.5)", "--seeds", "1", "--json",
    )  # fmt: skip
    assert told.exit_code == 0, told.stderr
    schedules = json.loads(told.stdout)["schedules"]
    assert schedules["cosine()"] == "cosine(peak=0.03)"
    assert schedules["half"] == repr(0.5 * warmup(peak=0.03, steps=8))
    assert schedules["own"] == "constant(peak=0.5)"


def test_the_function_schedules_may_take_the_peak(folder: Path) -> None:
    told = fresh(folder, "takes a peak", "--peak", "0.2", "--seeds", "1", "--json")
    assert told.exit_code == 0, told.stderr
    assert json.loads(told.stdout)["schedules"] == {
        "a": "cosine(peak=0.2)",
        "b": "constant(peak=0.1)",
    }


@pytest.mark.parametrize("options", [["-s", "cosine()"], []])
def test_the_peak_auto_is_what_a_range_test_suggests_and_the_second_time_trains_nothing(
    options: list[str], folder: Path
) -> None:
    task = "good" if options else "takes a peak"
    first = fresh(folder, task, "--peak", "auto", *options, "--seeds", "1", "--json")
    assert first.exit_code == 0, first.stderr
    (note,) = (line for line in first.stderr.splitlines() if "The peak of this" in line)
    assert note.startswith("Note: Suggestion: ")
    peak = note.rstrip(".").rsplit(" ", 1)[1]
    shown = next(iter(json.loads(first.stdout)["schedules"].values()))
    assert float(shown.partition("peak=")[2].rstrip(")")) == float(peak)
    again = fresh(folder, task, "--peak", "auto", *options, "--seeds", "1", "--json")
    assert "trials, 1 from the store" in again.stderr or "trials, 2 from the store" in again.stderr


def test_where_a_range_test_suggests_nothing_the_reason_and_the_way_out_are_said(
    folder: Path,
) -> None:
    told = fresh(folder, "not finite", "--peak", "auto", "-s", "cosine()")
    assert told.exit_code == 2
    last = told.stderr.splitlines()[-1]
    assert last.startswith("Error: --peak auto finds no rate. No suggestion: ")
    assert "--peak 0.01" in last
    assert "paceline find TASK" in last

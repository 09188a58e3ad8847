import json
import shlex
import sys
from pathlib import Path

import pytest
from charts.drawing import png_size
from click.testing import CliRunner, Result

from paceline_cli import main

from .test_compare_command import TASK

TASKS = {
    "good": TASK,
    "labels": TASK.replace("% 3", "% 7"),
    "loud": TASK.replace("def task():", "def task():\n    print('loading')"),
    "not finite": TASK.replace("    y = np.arange", "    x[0] = np.nan\n    y = np.arange"),
    "other": "def task():\n    return 7\n",
    "raises": "def task():\n    broken = 1\n    return broken / 0\n",
}

TOO_LOW = ("--low", "1e-12", "--high", "1e-10")

BAD: dict[str, tuple[str, list[str], tuple[str, ...]]] = {
    "raises": ("raises", [], ("ZeroDivisionError", "task.py, line 3")),
    "other": ("other", [], ("7", "paceline.Task")),
    "labels": ("labels", [], ("0 to 6", "3 outputs")),
    "no such file": ("good", ["missing.py"], ("'missing.py'",)),
    "no such method": ("good", ["--method", "guess"], ("'guess'", "replay", "sweep")),
    "low is no rate": ("good", ["--low", "0"], ("low", "0")),
    "low is not a number": ("good", ["--low", "nan"], ("low", "nan")),
    "low above high": ("good", ["--low", "1", "--high", "0.1"], ("low", "high", "0.1")),
    "no repeats": ("good", ["--repeats", "0"], ("repeats", "0")),
    "negative seed": ("good", ["--seed", "-1"], ("seed", "-1")),
    "out is a file": ("good", ["--out", "task.py"], ("task.py",)),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    return tmp_path


def run(folder: Path, task: str, *options: str) -> Result:
    """Run `paceline find` in this process; options may begin with another task argument."""
    (folder / "task.py").write_text(TASKS[task])
    named = bool(options) and not options[0].startswith("-")
    return CliRunner().invoke(main, ["find", *([] if named else ["task.py"]), *options])


@pytest.mark.parametrize("case", BAD)
def test_bad_input_gets_one_line_that_names_it_and_code_2(case: str, folder: Path) -> None:
    task, options, named = BAD[case]
    told = run(folder, task, *options)
    assert told.exit_code == 2, told.stderr
    last = told.stderr.splitlines()[-1]
    assert last.startswith("Error: ")
    assert all(part in last for part in named), last
    assert told.stdout == ""
    assert {path.name for path in folder.rglob("*.*")} - {"__pycache__"} == {"task.py"}


def test_it_prints_the_sketch_and_writes_a_page_and_a_picture(folder: Path) -> None:
    told = run(folder, "good")
    assert told.exit_code == 0, told.stderr
    lines = told.stdout.splitlines()
    assert lines[0].startswith("Suggestion: ")
    *before, wrote, next_step, compare, tune = lines
    assert max(map(len, before)) <= 80
    page, picture = (folder / "paceline-out" / "task" / name for name in ("find.html", "find.png"))
    assert wrote == "Wrote paceline-out/task/find.html, paceline-out/task/find.png"
    assert next_step == "Next, compare schedules at this peak, or search for the best one:"
    assert tune == "  paceline tune task.py --budget 60"
    command = shlex.split(compare)
    assert f"▶ {command[4]:>8}  suggested" in lines
    done = CliRunner().invoke(main, [*command[1:], "--seeds=1", "--workers=1", "--out=compared"])
    assert done.exit_code == 0, done.stderr
    assert "Learning-rate range test of task" in page.read_text(encoding="utf-8")
    assert png_size(picture.read_bytes())[0] > 1_300


def test_the_json_holds_the_suggestion_and_everything_measured(folder: Path) -> None:
    told = run(folder, "loud", "--json", "--out", "out", "--repeats", "2", "--seed", "3")
    assert told.exit_code == 0, told.stderr
    assert "loading" in told.stderr
    body = json.loads(told.stdout)
    assert body["task"] == "task"
    assert body["files"] == ["out/find.html", "out/find.png"]
    assert body["suggestion"]["low"] <= body["suggestion"]["rate"] <= body["suggestion"]["high"]
    assert len(body["repeats"]) == 2
    assert body["replays"][0]["updates"] == 10


def test_the_same_command_finds_the_same(folder: Path) -> None:
    first, second = (json.loads(run(folder, "good", "--json").stdout) for _ in range(2))
    assert first == second


def test_a_sweep_is_drawn_with_the_rules_of_others(folder: Path) -> None:
    told = run(folder, "good", "--method", "sweep", "--json")
    assert told.exit_code in {0, 1}, told.stderr
    body = json.loads(told.stdout)
    assert body["replays"] == []
    assert len(body["sweep"]["rates"]) == len(body["sweep"]["probe"]) >= 100
    page = (folder / "paceline-out" / "task" / "find.html").read_text(encoding="utf-8")
    assert "by the rule valley" in page


@pytest.mark.parametrize(("task", "options"), [("good", TOO_LOW), ("not finite", ())])
def test_without_a_suggestion_the_reason_is_printed_and_the_code_is_1(
    task: str, options: tuple[str, ...], folder: Path
) -> None:
    told = run(folder, task, *options)
    assert told.exit_code == 1, told.stderr
    assert told.stdout.startswith("No suggestion: ")
    assert "paceline compare" not in told.stdout
    assert (folder / "paceline-out" / "task" / "find.html").exists()
    body = json.loads(run(folder, task, *options, "--json").stdout)
    assert body["suggestion"] is None
    assert body["reason"]


def test_a_file_that_is_no_task_leaves_an_earlier_page_as_it_was(folder: Path) -> None:
    (folder / "out").mkdir()
    (folder / "out" / "find.html").write_text("earlier")
    assert run(folder, "other", "--out", "out").exit_code == 2
    assert (folder / "out" / "find.html").read_text() == "earlier"

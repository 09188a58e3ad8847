import json
import sys
from pathlib import Path

import pytest
from cli.test_compare_command import TASK
from click.testing import CliRunner, Result

from paceline_cli import main


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "one.py").write_text(TASK)
    (tmp_path / "two #2.py").write_text(TASK.replace("default_rng(0)", "default_rng(1)"))
    return tmp_path


def run(*options: str) -> Result:
    return CliRunner().invoke(main, ["compare", "--workers", "1", *options])


def test_every_task_gets_its_report_and_one_page_is_over_all(folder: Path) -> None:
    told = run("one.py", "two #2.py", "--seeds", "3", "--out", "out", "--a-a", "--margin", "0.2")
    assert told.exit_code == 0, told.stderr
    for part in ("one:\n", "two #2:\n", " of 2 tasks", "Against itself on other seeds"):
        assert part in told.stdout.replace(" \n", " ")
    page = (folder / "out" / "report.html").read_text(encoding="utf-8")
    own = [path.parent for path in (folder / "out").glob("*/report.html")]
    assert len(own) == 2
    for place in own:
        assert (place / "trials.sqlite").is_file()
        assert f'href="{place.name.replace(" ", "%20").replace("#", "%23")}/report.html"' in page
    again = run("one.py", "two #2.py", "--seeds", "3", "--out", "out", "--a-a", "--json")
    assert again.stderr.count("9/9 trials, 9 from the store") == 2
    body = json.loads(again.stdout)
    assert list(body["tasks"]) == ["one", "two #2"]
    assert body["profile"]["factors"][0] == 1.0
    assert body["tasks"]["one"]["noise_floor"]["pairs"] == 3


def test_a_task_that_failed_altogether_is_named(folder: Path) -> None:
    broken = TASK + (
        "\nclass Broken(keras.callbacks.Callback):\n"
        "    def on_train_begin(self, logs=None): raise OSError('no camera')\n"
        "def schedules():\n"
        "    fixed = paceline.constant(peak=0.1)\n"
        "    return {'fixed': paceline.Variant(schedule=fixed, callbacks=[Broken()])}\n"
    )
    (folder / "bad.py").write_text(broken)
    told = run("one.py", "bad.py", "--seeds", "1", "--out", "out")
    assert told.exit_code == 1
    assert "Error: bad: The only trial failed; nothing was written." in told.stderr
    assert "no camera" in told.stderr


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["one.py", "one.py"], "'one'"),
        (["one.py", "three.py"], "three.py"),
        (["one.py", "--margin", "0"], "--margin needs more than 0; got 0.0"),
        (["one.py", "--margin", "nan"], "--margin"),
        ([], "TASK"),
    ],
)
def test_what_makes_no_sense_is_named(folder: Path, arguments: list[str], named: str) -> None:
    told = run(*arguments)
    assert told.exit_code == 2
    assert named in told.stderr
    assert not (folder / "paceline-out").exists()

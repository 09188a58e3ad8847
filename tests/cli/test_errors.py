import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from paceline_cli import main
from paceline_cli._errors import run_and_report

BAD = {
    "no such command": (["shwo"], "'shwo'"),
    "no schedule": (["show"], "SCHEDULE"),
    "unknown option": (["show", "constant(peak=1)", "--stepz", "4"], "--stepz"),
    "empty text": (["show", ""], "NAME=EXPRESSION"),
    "empty name": (["show", "=constant(peak=1)"], "needs a name"),
    "empty expression": (["show", "a="], "'a='"),
    "name of two lines": (["show", "a\nb=constant(peak=1)"], r"'a\nb'"),
    "same name": (["show", "a=constant(peak=1)", "a=constant(peak=2)"], "'a'"),
    "same text": (["show", "constant(peak=1)", "constant(peak=1)"], "'constant(peak=1)'"),
    "unknown schedule": (["show", "cosinus(peak=1)"], "cosinus"),
    "unknown argument": (["show", "cosine(peak=1, speed=2)"], "speed"),
    "foreign call": (["show", "__import__('os')"], "__import__"),
    "number": (["show", "a=1"], "'1'"),
    "negative rate": (["show", "constant(peak=-1)"], "-1"),
    "rate that is none": (["show", "constant(peak=nan)"], "nan"),
    "no such file": (["show", "missing.json"], "'missing.json'"),
    "folder": (["show", "."], "'.'"),
    "zero steps": (["show", "constant(peak=1)", "--steps", "0"], "--steps"),
    "steps in words": (["show", "constant(peak=1)", "--steps", "many"], "'many'"),
    "one row": (["show", "constant(peak=1)", "--rows", "1"], "--rows"),
    "endless": (["show", "cosine(peak=1, steps=100_000_000_000)"], "100,000,000,000"),
    "ending": (["show", "constant(peak=1)", "--out", "chart.gif"], "'chart.png'"),
    "no ending": (["show", "constant(peak=1)", "--out", "chart"], "'chart.png'"),
    "folder as a chart": (["show", "constant(peak=1)", "--out", "."], "'.'"),
    "place that can't be": (["show", "constant(peak=1)", "--out", "/proc/x/a.png"], "/proc/x"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_gets_one_line_that_names_it_and_code_2(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    arguments, named = BAD[case]
    told = CliRunner().invoke(main, arguments)
    lines = [line for line in told.stderr.splitlines() if not line.startswith("Note: ")]
    assert told.exit_code == 2
    assert len(lines) == 1
    assert lines[0].startswith("Error: ")
    assert named in lines[0]
    assert told.stdout == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("case", ["unknown option", "unknown schedule", "no such file"])
def test_with_json_the_error_is_an_object_on_stdout_too(case: str) -> None:
    arguments, named = BAD[case]
    told = CliRunner().invoke(main, [*arguments, "--json"])
    assert told.exit_code == 2
    body = json.loads(told.stdout)
    assert list(body) == ["error"]
    assert named in body["error"]
    assert told.stderr == f"Error: {body['error']}\n"


@pytest.mark.parametrize("variable", [None, "1"])
def test_debug_shows_the_traceback(variable: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    flag = ["--debug"] if variable is None else []
    if variable:
        monkeypatch.setenv("PACELINE_DEBUG", variable)
    told = CliRunner().invoke(main, [*flag, "show", "nonsense(peak=1)"])
    assert told.exit_code == 2
    assert told.stderr.startswith("Traceback (most recent call last):")
    assert told.stderr.splitlines()[-1].startswith("Error: ")


def test_a_bug_keeps_its_traceback() -> None:
    def broken() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_and_report(broken, [])


def test_an_error_without_words_says_its_kind(capsys: pytest.CaptureFixture[str]) -> None:
    def wordless() -> None:
        raise ValueError

    assert run_and_report(wordless, []) == 2
    assert capsys.readouterr().err == "Error: ValueError\n"


def test_a_full_disk_is_named_with_the_way_out() -> None:
    script = "from paceline_cli import main; main(['--help'])"
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-c", script], stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert done.returncode == 2
    assert done.stderr.startswith("Error: No space left on device. Make room")


def test_a_reader_that_leaves_ends_it_without_a_word() -> None:
    script = "from paceline_cli import main; main(['--help'])"
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as gone:
        done = subprocess.run(
            [sys.executable, "-c", script], stdout=gone, stderr=subprocess.PIPE, text=True
        )
    assert done.returncode == 1
    assert done.stderr == ""


def test_control_c_ends_with_code_130_and_no_traceback() -> None:
    script = "from paceline_cli import main; print('on', flush=True); main(['doctor'])"
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "on\n"
    time.sleep(1)
    os.killpg(process.pid, signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert told.strip() == "Stopped."

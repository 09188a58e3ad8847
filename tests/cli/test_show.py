import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from paceline.schedules import cosine, save_schedule, wsd
from paceline_cli import main

from .conftest import Run


def show(*arguments: str, columns: int = 80) -> Result:
    shown = CliRunner().invoke(main, ["show", *arguments], env={"COLUMNS": str(columns)})
    assert shown.exit_code == 0, shown.output
    return shown


def test_the_json_holds_each_schedule_and_its_values() -> None:
    body = json.loads(
        show("w=wsd(peak=0.1, steps=50, warmup=5)", "cosine(peak=1)", "--json").stdout
    )
    assert body["horizon"] == 50
    assert body["files"] == []
    for told, name, made in zip(
        body["schedules"],
        ["w", "cosine(peak=1)"],
        [wsd(peak=0.1, steps=50, warmup=5), cosine(peak=1, steps=50)],
        strict=True,
    ):
        rates = [float(made(step)) for step in range(50)]
        assert told["name"] == name
        assert told["expression"] == repr(made)
        assert told["length"] == 50
        assert told["peak"] == max(rates)
        assert told["floor"] == min(rates)
        assert told["values"][0] == {"step": 0, "rate": rates[0]}
        assert told["values"][-1] == {"step": 49, "rate": rates[49]}
        assert all(row["rate"] == rates[row["step"]] for row in told["values"])


def test_the_text_shows_name_curve_peak_floor_and_values() -> None:
    told = show("rise=Linear(start=0.0, end=1.0, steps=80)", "--rows", "3").stdout.splitlines()
    assert told[0] == "rise"
    assert len(told[1]) == 40
    assert (told[1][0], told[1][-1]) == ("▁", "█")
    assert told[2] == "peak 0.9875 at step 79, floor 0 at step 0, lasts 80 steps"
    assert [line.split() for line in told[4:]] == [
        ["step", "rise"],
        ["0", "0"],
        ["40", "0.5"],
        ["79", "0.9875"],
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["Constant(rate=0.1)"], "never ends"),
        (["cosine(peak=1, steps=50)", "--steps", "200"], "lasts 50 of 200 steps, then holds 0"),
        (["constant(peak=1, steps=50)", "--steps", "20"], "of which the first 20 are drawn"),
    ],
)
def test_a_schedule_of_another_length_than_the_horizon_says_so(
    arguments: list[str], words: str
) -> None:
    assert words in " ".join(show(*arguments).stdout.split())


def test_a_horizon_that_nobody_gave_is_said() -> None:
    assert "drawn over 1,000 steps" in show("cosine(peak=1)", "--json").stderr
    assert show("cosine(peak=1)", "--steps", "1000").stderr == ""


@pytest.mark.parametrize("columns", [0, 30, 200])
def test_any_width_of_terminal_shows_every_name_and_value(columns: int) -> None:
    names = ["plain", "[red]marked[/red] :smile:", "wide 学習率", "x" * 60]
    told = show(*(f"{name}=constant(peak=0.125)" for name in names), columns=columns).stdout
    letters = "".join(told.split())
    for name in names:
        assert "".join(name.split()) in letters
    if columns >= 30:
        assert letters.count("0.125") == 2 * len(names) + 11 * len(names)
        assert max(map(len, told.splitlines())) <= columns


def test_the_chart_is_written_as_each_ending_asks(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("a.png", "b.SVG", "new folder/c.html")]
    told = show("cosine(peak=1)", "--steps", "9", *(f"--out={file}" for file in files)).stdout
    starts = [b"\x89PNG", b"<svg", b"<!doctype html>"]
    for file, start in zip(files, starts, strict=True):
        assert file.read_bytes().lstrip().lower().startswith(start.lower())
        assert f"Wrote {file}" in told


def test_the_json_names_the_files(tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    body = json.loads(show("cosine(peak=1)", "--steps", "9", "--json", "--out", str(file)).stdout)
    assert body["files"] == [str(file)]


def test_bad_input_leaves_a_chart_that_is_there_alone(tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    file.write_text("mine")
    told = CliRunner().invoke(main, ["show", "wrong(peak=1)", "--out", str(file)])
    assert told.exit_code == 2
    assert file.read_text() == "mine"


def test_a_saved_schedule_is_shown_in_a_process_of_its_own(paceline: Run, tmp_path: Path) -> None:
    save_schedule(cosine(peak=0.5, steps=40), tmp_path / "saved.json")
    told = paceline("show", "saved.json", "--rows", "2", PYTHONIOENCODING="ascii")
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.startswith("saved\n")
    assert "peak 0.5 at step 0" in told.stdout


@pytest.mark.slow
@pytest.mark.parametrize(("missing", "there"), [("jax", "tensorflow"), ("tensorflow", "jax")])
def test_one_backend_is_enough(
    missing: str, there: str, paceline: Run, environment: Callable[..., Path]
) -> None:
    python = environment(without=[missing, "torch"])
    told = paceline("show", "cosine(peak=1, steps=9)", "--json", python=python)
    assert (told.returncode, told.stderr) == (0, ""), there
    assert json.loads(told.stdout)["horizon"] == 9


def test_a_backend_that_is_missing_is_named_with_the_way_out(
    paceline: Run, environment: Callable[..., Path]
) -> None:
    python = environment(without=["torch"])
    told = paceline("show", "cosine(peak=1)", python=python, KERAS_BACKEND="torch")
    assert told.returncode == 2
    (line,) = told.stderr.splitlines()
    assert line.startswith("Error: Keras can't start on the backend torch")
    assert "paceline doctor" in line

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from charts.drawing import png_size
from click.testing import CliRunner, Result
from execution.tiny import outcome
from forecast.laws import HORIZON, WARMUP, curve

from paceline.execution import Store
from paceline_cli import main

from .conftest import Run

WSD = "wsd=wsd(peak=0.1, steps=6000, warmup=100, decay=0.3)"


def write(path: Path, name: str, *, separator: str = ",", every: int = 60, **changes: Any) -> Path:
    """Write the log of a curve; `changes` replace columns, or leave them out where None."""
    made = curve(name, every=every, noise=1e-3, **changes.pop("how", {}))
    columns = {"step": made.steps, "lr": made.rates[made.steps], "loss": made.losses} | changes
    kept = {column: values for column, values in columns.items() if values is not None}
    rows: Iterable[Any] = zip(*kept.values(), strict=True)
    lines = [separator.join(kept), *(separator.join(map(str, row)) for row in rows)]
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "constant.csv", "constant")
    write(tmp_path / "decayed.csv", "wsd")
    return tmp_path


def forecast(*arguments: object, code: int = 0) -> Result:
    shown = CliRunner().invoke(main, ["forecast", *map(str, arguments)], env={"COLUMNS": "100"})
    assert shown.exit_code == code, shown.output
    return shown


def refused(*arguments: object) -> str:
    """Return the only line that is said."""
    shown = forecast(*arguments, code=2)
    assert shown.stdout == ""
    (line,) = shown.stderr.splitlines()
    assert line.startswith("Error: ")
    return line


def test_schedules_are_forecast_and_the_page_is_written(folder: Path) -> None:
    shown = forecast(
        "constant.csv", "decayed.csv", "--warmup", WARMUP, "--schedule", WSD,
        "--schedule", "cosine(warmup=100)", "--out", "forecast.html",
    )  # fmt: skip
    words = " ".join(shown.stdout.split())
    assert words.startswith("wsd is forecast to end at 2.")
    assert "after 6,000 updates" in words
    assert "lower than cosine(warmup=100)." in words
    assert "The law, power_noise: L0 2." in words
    assert "in Python" not in words
    assert words.endswith("Wrote forecast.html")
    assert shown.stderr == ""
    assert "wsd is forecast to end at" in (folder / "forecast.html").read_text()
    assert sorted(path.name for path in folder.iterdir()) == [
        "constant.csv", "decayed.csv", "forecast.html",
    ]  # fmt: skip


def test_without_a_schedule_the_best_decay_over_the_longest_curve_is_found(folder: Path) -> None:
    write(folder / "short.csv", "wsd", how={"steps": 2000})
    shown = forecast("constant.csv", "short.csv", "--warmup", WARMUP)
    assert f"after {HORIZON:,} updates" in " ".join(shown.stdout.split())
    lines = shown.stdout[shown.stdout.index("from paceline.schedules") :].partition("\n\nWrote")[0]
    made: dict[str, Any] = {}
    exec(lines, made)
    rates = np.asarray(made["rate"](np.arange(HORIZON)))
    assert (len(rates), rates.max()) == (HORIZON, pytest.approx(0.1))
    assert rates[-1] < 0.01
    written = folder / "paceline-out" / "forecast"
    assert sorted(path.name for path in written.iterdir()) == [
        "forecast.html", "forecast.png", "misses.png",
    ]  # fmt: skip
    assert png_size((written / "forecast.png").read_bytes())[0] > 1000


def test_the_json_is_one_object_with_the_schedules_the_curves_and_the_files(folder: Path) -> None:
    shown = forecast(
        "decayed.csv", "--schedule", "far=wsd(peak=0.3, warmup=100)", "--best-decay", "--steps",
        20_000, "--peak", 0.1, "--json", "--out", "out",
    )  # fmt: skip
    body = json.loads(shown.stdout)
    assert set(body["forecasts"]) == {"far", "best decay"}
    assert body["forecasts"]["far"]["updates"] == 20_000
    assert body["ranked"][0] in body["forecasts"]
    assert body["curves"]["decayed"]["losses"] == 49
    assert [Path(file).name for file in body["files"]] == [
        "forecast.html", "forecast.png", "misses.png",
    ]  # fmt: skip
    notes = shown.stderr.splitlines()
    assert [note.removeprefix("Note: ") for note in notes] == body["warnings"]
    for part in (
        "decayed: The rates of the first 100 updates",
        "There is one curve",
        "20,000 updates are 6.7 times the longest curve",
        "far: The peak 0.3 is none of the fitted ones (0.1)",
    ):
        assert any(part in note for note in notes), part


def test_trials_of_a_store_are_curves(folder: Path) -> None:
    with Store(folder / "trials.sqlite") as kept:
        for name in ("constant", "wsd", "cosine"):
            made = curve(name, every=1)
            losses = np.append(np.full(HORIZON - len(made.losses), 5.0), made.losses)
            each = outcome(variant=name, seed=0, rates=made.rates, losses=losses, validation={})
            kept.put(name, each, task="t", task_key="k")
    shown = forecast(
        "trials.sqlite", "--trial", "constant/0", "--trial", "wsd/0", "--schedule", WSD, "--json"
    )
    assert set(json.loads(shown.stdout)["curves"]) == {"constant/0", "wsd/0"}
    assert "needs --trial. One of each variant" in refused("trials.sqlite")
    assert "has no trial 'wsd/7'" in refused("trials.sqlite", "--trial", "wsd/7")
    assert "--trial needs the store" in refused("decayed.csv", "--trial", "wsd/0")


def test_a_tensorboard_folder_is_a_curve(folder: Path) -> None:
    pytest.importorskip("tensorboard")
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.compat.proto.summary_pb2 import Summary
    from tensorboard.summary.writer.event_file_writer import EventFileWriter

    made = curve("wsd", every=60)
    writer = EventFileWriter(str(folder / "logs"))
    for step, loss in zip(made.steps, made.losses, strict=True):
        for tag, value in (("loss", loss), ("learning_rate", made.rates[step])):
            scalar = Summary(value=[Summary.Value(tag=tag, simple_value=value)])
            writer.add_event(Event(step=int(step), summary=scalar))
    writer.close()
    shown = forecast("logs", "constant.csv", "--warmup", WARMUP, "--schedule", WSD, "--json")
    assert set(json.loads(shown.stdout)["curves"]) == {"logs", "constant"}


def test_two_files_of_one_name_are_called_by_their_paths(folder: Path) -> None:
    for name in ("constant", "wsd"):
        (folder / name).mkdir()
        write(folder / name / "log.csv", name)
    shown = forecast("constant/log.csv", "wsd/log.csv", "--schedule", WSD, "--json")
    assert set(json.loads(shown.stdout)["curves"]) == {"constant/log.csv", "wsd/log.csv"}


STEPS = np.arange(WARMUP, HORIZON, 60)
LOSSES = 2 + 20 / np.sqrt(STEPS)


def some(values: Any, place: slice, other: Any) -> list[Any]:
    changed = list(values)
    changed[place] = [other] * len(changed[place])
    return changed


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no rate": ({"lr": None}, "needs the rate of every update"),
    "no loss": ({"loss": None}, "needs a loss, in a column such as 'loss'"),
    "no step": ({"step": None}, "needs a column of updates"),
    "a word": ({"loss": some(LOSSES, slice(9, 10), "high")}, "has 'high' in line 11"),
    "diverged": ({"loss": some(LOSSES, slice(30, None), "nan")}, "a training that did not diverge"),
    "below zero": ({"loss": some(LOSSES, slice(9, 10), -0.5)}, "'loss' of bad.csv is -0.5 at"),
    "zero": ({"loss": some(LOSSES, slice(9, 10), 0)}, "needs losses above 0"),
    "another task": ({"loss": LOSSES / 5}, "needs curves of one task; the losses of"),
    "shuffled": ({"step": STEPS[::-1]}, "needs steps that grow"),
    "no whole steps": ({"step": STEPS / 7}, "needs whole steps"),
    "tokens": ({"step": STEPS * 500_000}, "divide them by those of a batch"),
    "no rate above 0": ({"lr": 0 * STEPS}, "one above 0"),
    "negative rates": ({"lr": -0.1 + 0 * STEPS}, "needs rates >= 0"),
    "another separator": ({"separator": ":"}, "has 'step:lr:loss'. Separate its columns by commas"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_log_that_makes_no_curve_gets_one_line(case: str, folder: Path) -> None:
    changes, words = BAD[case]
    write(folder / "bad.csv", "constant", **changes)
    assert words in refused("decayed.csv", "bad.csv")


def test_a_log_that_is_unusual_is_used_with_a_note(folder: Path) -> None:
    write(folder / "nan.csv", "constant", separator=";", loss=some(LOSSES, slice(3, 5), "nan"))
    again = np.append(STEPS[:30], STEPS[20:-10])
    write(folder / "back.csv", "cosine", separator="\t", step=again)
    shown = forecast("nan.csv", "back.csv", "decayed.csv", "--warmup", WARMUP, "--schedule", WSD)
    for words in ("nan: ", "not finite", "back: ", "go back from"):
        assert words in shown.stderr


def test_ten_losses_make_a_forecast_that_says_how_little_it_knows(folder: Path) -> None:
    write(folder / "ten.csv", "wsd", every=300)
    shown = forecast("ten.csv", "--schedule", WSD, "--json")
    assert "10 losses together" in shown.stderr
    told = json.loads(shown.stdout)["forecasts"]["wsd"]
    assert told["low"] < told["final"] < told["high"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["missing.csv"], "No file 'missing.csv'"),
        (["."], "needs event files of TensorBoard"),
        (["decayed.csv", "decayed.csv"], "got 'decayed.csv' twice"),
        (["decayed.csv", "--law", "best"], "needs two curves or more to choose a law"),
        (["decayed.csv", "--law", "cubic"], "'cubic' is not one of 'power_noise'"),
        (["decayed.csv", "--loss", "val_loss"], "got loss='val_loss'"),
        (["decayed.csv", "--steps-per-epoch", "9"], "only where epochs are counted"),
        (["decayed.csv", "--schedule", "wds(peak=0.1)"], "Did you mean wsd?"),
        (["decayed.csv", "--schedule", "wsd(peak=0.1"], "can't be read"),
        (["decayed.csv", "--schedule", "constant(peak=0.0)"], "needs a rate above 0"),
        (["decayed.csv", "--schedule", "cosine()", "--peak", "nan"], "peak"),
        (["decayed.csv", "--out", "constant.csv"], "'constant.csv' is a file"),
        (["decayed.csv", "--out", "a.png"], "ends in .html, or a folder; got 'a.png'"),
        (["decayed.csv", "--out", "constant.csv/a.html"], "'constant.csv' is a file"),
        ([], "Missing argument 'CURVE...'"),
    ],
)
def test_other_bad_input_gets_one_line_too(options: list[str], words: str) -> None:
    assert words in refused(*options)


def test_a_warm_up_of_logs_that_have_it_is_refused(folder: Path) -> None:
    steps = np.arange(0, HORIZON, 60)
    write(folder / "whole.csv", "constant", step=steps[: len(STEPS)])
    assert "--warmup is of logs that begin after update 0" in refused("whole.csv", "--warmup", 9)


@pytest.mark.slow
def test_it_runs_without_tensorflow(paceline: Run, folder: Path) -> None:
    pytest.importorskip("jax")
    (folder / "tensorflow.py").write_text("raise SystemExit('TensorFlow was started')")
    done = paceline("forecast", "decayed.csv", "constant.csv", "-s", WSD, PYTHONPATH=str(folder))
    assert done.returncode == 0, done.stderr
    assert "wsd is forecast to end at" in done.stdout

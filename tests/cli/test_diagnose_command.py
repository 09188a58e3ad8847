import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from execution.tiny import outcome

from paceline.execution import Store
from paceline_cli import main

from .conftest import Run

UPDATES = np.arange(200)


def diagnose(*arguments: object, code: int = 0) -> Result:
    shown = CliRunner().invoke(main, ["diagnose", *map(str, arguments)], env={"COLUMNS": "100"})
    assert shown.exit_code == code, shown.output
    return shown


def refused(*arguments: object) -> str:
    shown = diagnose(*arguments, code=2)
    assert shown.stdout == ""
    return shown.stderr


def log(path: Path, losses: object, **columns: object) -> Path:
    names = ",".join(["epoch", "loss", *columns])
    rows = zip(range(len(UPDATES)), losses, *columns.values(), strict=False)
    path.write_text("\n".join([names, *(",".join(map(str, row)) for row in rows)]))
    return path


def flat(path: Path) -> Path:
    """Return a log of a training whose rate does not decay."""
    return log(path, 0.1 + 2.2 / (1 + UPDATES / 5), learning_rate=np.full(200, 0.1))


@pytest.fixture
def store(tmp_path: Path) -> Path:
    place = tmp_path / "trials.sqlite"
    rates = np.full(200, 0.1)
    losses = 0.1 + 2.2 / (1 + UPDATES / 5)
    with Store(place) as kept:
        for variant, seed in (("wsd", 0), ("wsd", 1), ("a/b", 3)):
            made = outcome(variant=variant, seed=seed, rates=rates, losses=losses, validation={})
            kept.put(f"{variant}{seed}", made, task="t", task_key="k")
    return place


def test_the_text_shows_the_curves_the_findings_and_their_confidence(tmp_path: Path) -> None:
    shown = diagnose(flat(tmp_path / "log.csv"))
    lines = shown.stdout.splitlines()
    assert lines[0].startswith("loss       █")
    assert lines[1].split() == ["2.3", "to", "0.1539,", "200", "logged"]
    assert lines[2].startswith("rate       █")
    assert lines[5].startswith("under_annealed, confidence 0.9")
    assert "paceline.wsd(peak=0.1, decay=0.3)" in shown.stdout
    assert "validation loss was not logged" in shown.stderr


def test_a_good_training_is_said_to_be_one(tmp_path: Path) -> None:
    losses = 0.1 + 2.2 / (1 + UPDATES / 5)
    rates = np.linspace(0.1, 0, 200)
    shown = diagnose(log(tmp_path / "log.csv", losses, lr=rates))
    assert "Nothing is wrong that can be seen" in shown.stdout


def test_the_json_holds_every_finding_with_its_evidence(tmp_path: Path) -> None:
    body = json.loads(diagnose(flat(tmp_path / "log.csv"), "--json").stdout)
    assert body["unit"] == "epoch"
    assert body["losses"] == 200
    assert body["unknown"] == ["the validation loss"]
    (finding,) = body["findings"]
    assert finding["name"] == "under_annealed"
    assert finding["evidence"]["end_rate"] == pytest.approx(0.1)
    assert 0 < finding["confidence"] < 1


def test_a_schedule_tells_the_rates_that_were_not_logged(tmp_path: Path) -> None:
    path = log(tmp_path / "log.csv", 0.1 + 2.2 / (1 + UPDATES / 5))
    assert "the rate was not logged" in diagnose(path).stderr
    shown = diagnose(path, "--schedule", "constant(peak=0.1)", "--steps", 6400)
    assert "under_annealed" in shown.stdout
    assert "--schedule" not in shown.stderr
    assert "steps=steps_per_epoch" in refused(path, "--schedule", "constant(peak=0.1)")


def test_a_trial_of_a_store_is_read_by_variant_and_seed(store: Path) -> None:
    for trial in ("wsd/1", "a/b/3"):
        assert "under_annealed" in diagnose(store, "--trial", trial).stdout


@pytest.mark.parametrize(
    ("trial", "words"),
    [
        ([], "needs --trial. One of each variant: 'a/b/3', 'wsd/1'. Name one: --trial 'a/b/3'"),
        (["--trial", "wsd/7"], "has no trial 'wsd/7'"),
        (["--trial", "wsd"], "has no trial 'wsd'"),
        (["--trial", "wsd/x"], "has no trial 'wsd/x'"),
    ],
)
def test_without_a_trial_that_is_there_the_store_says_which_are(
    trial: list[str], words: str, store: Path
) -> None:
    assert words in refused(store, *trial)


def test_two_trials_of_one_name_are_refused_with_their_tasks(store: Path) -> None:
    with Store(store) as kept:
        kept.put("other", outcome(variant="wsd", seed=0), task="u", task_key="k")
    assert "has 2 trials 'wsd/0', of the tasks t, u" in refused(store, "--trial", "wsd/0")


def test_a_store_without_trials_and_one_that_is_none_are_refused(tmp_path: Path) -> None:
    Store(tmp_path / "empty.sqlite").close()
    assert "has no trials yet" in refused(tmp_path / "empty.sqlite")
    assert "No store" in refused(tmp_path / "missing.sqlite", "--trial", "a/0")
    assert not (tmp_path / "missing.sqlite").exists()
    assert "not a database" in refused(flat(tmp_path / "log.csv"), "--trial", "a/0")


@pytest.mark.parametrize(
    ("losses", "words"),
    [
        ([1.0], "needs 10 training losses or more; got 1"),
        ([2.0, 1.5, 1.2], "needs 10 training losses or more; got 3"),
        (["1.0", "one"], "'one' in line 3"),
    ],
)
def test_logs_that_tell_nothing_are_refused(
    losses: list[object], words: str, tmp_path: Path
) -> None:
    assert words in refused(log(tmp_path / "log.csv", losses))


def test_rows_of_nan_are_a_divergence_at_the_end_and_passed_over_before(tmp_path: Path) -> None:
    losses = 0.1 + 2.2 / (1 + UPDATES / 5)
    losses[150:] = np.nan
    assert "not finite from epoch 151" in diagnose(log(tmp_path / "log.csv", losses)).stdout
    losses = 0.1 + 2.2 / (1 + UPDATES / 5)
    losses[50:55] = np.nan
    assert "rate_too_high" not in diagnose(log(tmp_path / "log.csv", losses)).stdout


def test_a_place_that_is_not_there_an_empty_folder_and_other_columns_are_refused(
    tmp_path: Path,
) -> None:
    assert "missing.csv" in refused(tmp_path / "missing.csv")
    assert "has none" in refused(tmp_path)
    (tmp_path / "other.csv").write_text("step,mae\n0,1\n1,2")
    assert "has 'step', 'mae'. Rename the one" in refused(tmp_path / "other.csv")


def test_it_runs_without_tensorflow(paceline: Run, tmp_path: Path) -> None:
    pytest.importorskip("jax")
    flat(tmp_path / "log.csv")
    (tmp_path / "tensorflow.py").write_text("raise SystemExit('TensorFlow was started')")
    done = paceline("diagnose", "log.csv", PYTHONPATH=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert "under_annealed" in done.stdout

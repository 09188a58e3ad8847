"""Every example runs and says what it promises."""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_the_first_example_compares_six_schedules_on_real_digits(tmp_path: Path) -> None:
    call = [sys.executable, "-m", "paceline_cli", "compare", "examples/01_digits.py", "--json"]
    done = subprocess.run(
        [*call, "--seeds", "2", "--workers", "1", "--out", str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert len(result["schedules"]) == 6
    assert [trial["status"] for trial in result["trials"]] == ["done"] * 12
    final = {row["variant"]: row["final"]["loss"]["mean"] for row in result["summaries"]}
    assert final["constant low"] > 1.5 * min(final.values())
    written = {path.name for path in tmp_path.iterdir()}
    pictures = {f"{name}.png" for name in ("rates", "losses", "final", "forest")}
    assert {"report.html", "results.csv", *pictures} <= written


def printed(example: str) -> list[str]:
    """Return what `python examples/...` prints."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, ROOT / "examples" / f"{example}.py"],
            cwd=folder,
            env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
            capture_output=True,
            text=True,
        )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.slow
def test_an_example_trains_with_rates_per_layer() -> None:
    lines = printed("02_rates_per_layer")
    assert [line[:12].strip() for line in lines] == ["one rate", "base at 0.1", "frozen"]
    assert all(float(line[12:].split()[0]) > 0.6 for line in lines)
    assert "0.0)" in lines[2]


@pytest.mark.slow
def test_an_example_compares_momentum_by_schedule() -> None:
    text = "\n".join(printed("03_momentum_by_schedule"))
    for name in ("momentum 0.9", "momentum too", "decay falls"):
        assert name in text


@pytest.mark.slow
def test_an_example_compares_plateaus() -> None:
    text = "\n".join(printed("04_plateau"))
    for name in ("constant", "constant, plateau", "cosine", "cosine, plateau"):
        assert name in text


@pytest.mark.slow
def test_an_example_sees_the_rate_of_every_update() -> None:
    lines = printed("05_see_the_rate")
    assert lines[0].startswith("348 updates, from 0.0085")
    assert len(lines) == 13
    assert lines[-1].split()[-1] != "1"


@pytest.mark.slow
def test_an_example_survives_a_divergence() -> None:
    lines = printed("06_spike_guard")
    loss = {
        line[:18].strip(): float(line.split("loss")[1].split()[0])
        for line in lines
        if "validation" in line
    }
    assert loss["100 times too high"] != loss["100 times too high"]
    assert loss["the same, guarded"] < 1.2 * loss["a good rate"]


@pytest.mark.slow
def test_an_example_resumes_at_the_right_rate() -> None:
    found, remedy, rate, after = printed("07_resume")
    assert "the model's weights were trained" in found
    assert "paceline.resume(model, step=174, checkpoint=...)" in remedy
    assert rate == "the next rate is 0.050"
    assert after == "[]"


@pytest.mark.slow
def test_an_example_refines_a_schedule() -> None:
    first, *rest = printed("09_refine")
    assert re.fullmatch(r"peak at update \d+ of 220", first)
    for name in ("linear", "cosine", "refined"):
        assert name in "\n".join(rest)


@pytest.mark.slow
def test_an_example_finds_a_rate_by_itself() -> None:
    *table, last = printed("10_prodigy")
    for name in ("Adam, 0.1", "Adam, 0.0001", "Prodigy"):
        assert name in "\n".join(table)
    assert 1e-3 < float(last.removeprefix("the rate that it found: ")) < 1


@pytest.mark.slow
def test_an_example_compares_training_without_a_schedule() -> None:
    text = "\n".join(printed("08_schedule_free"))
    for name in ("constant", "cosine", "schedule-free SGD", "schedule-free AdamW"):
        assert name in text


@pytest.mark.slow
def test_an_example_reads_three_range_tests() -> None:
    good, flat, noisy = (line.partition(": ")[2] for line in printed("11_range_test"))
    assert good.startswith("Suggestion: 0.")
    assert "Strong" in good
    assert flat.startswith("No suggestion: No rate from")
    assert "Weak" in noisy or "No suggestion" in noisy


def test_an_example_is_short() -> None:
    for path in (ROOT / "examples").glob("*.py"):
        if path.stem != "01_digits":
            assert len(path.read_text("utf-8").splitlines()) <= 40


@pytest.mark.slow
def test_an_example_names_what_went_wrong_in_four_trainings_of_five() -> None:
    text = "\n".join(printed("12_diagnose"))
    for name, found in {
        "good": "Nothing was found",
        "too high": "The rate is too high",
        "too low": "The rate is too low",
        "no decay": "The rate does not decay",
        "decay at a fifth": "The rate decays too early",
    }.items():
        assert f"{name}:\n{found}" in text


@pytest.mark.slow
def test_an_example_forecasts_a_longer_run() -> None:
    lines = printed("13_forecast")
    assert [line.partition(":")[0] for line in lines] == ["wsd", "cosine"]
    for line in lines:
        trained, forecast = re.findall(r"0\.\d+", line)[:2]
        assert 0.8 < float(forecast) / float(trained) < 1.25

"""Every example runs and says what it promises."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


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
    assert {"report.html", "rates.png", "losses.png", "final.png", "results.csv"} <= written

"""Writes what the docs show from what the program does.

python docs/build.py                # docs/reference, what pages show of code that ran, translations
python docs/build.py --run          # also runs the code of pages that did not change
python docs/build.py --demo         # also runs the demo: the README's table and picture
python docs/build.py --forecast     # also the picture of a forecast, from ../shared/data
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from _build import translated
from _build.shown import refresh

from paceline_cli._backend import start_keras

if TYPE_CHECKING:
    from _build.reference import Reference

ROOT = Path(__file__).parents[1]
COMMANDS = ("", "find", "tune", "compare", "report", "diagnose", "forecast", "show", "doctor")
PACELINE = [sys.executable, "-m", "paceline_cli"]


def command_line_page() -> str:
    """Return the page of the command line: every command's help."""
    parts = ["# The command line\n\nMade by `python docs/build.py` from `--help`.\n"]
    for name in COMMANDS:
        call = [*PACELINE, *([name] if name else []), "--help"]
        text = subprocess.run(call, check=True, capture_output=True, text=True).stdout
        parts.append(f"## `{' '.join(['paceline', name]).strip()}`")
        parts.append(f"\n```text\n{text.strip()}\n```\n")
    return "\n".join(parts)


def schedule_reference() -> "Reference":
    """Return the reference of the schedules, made on the lightest backend that is installed."""
    start_keras(lightest=True)
    from _build.reference import reference

    return reference()


def demo() -> None:
    """Run the demo; put what it prints into the README and its pictures beside it."""
    from _build.report_picture import photograph

    with tempfile.TemporaryDirectory() as folder:
        call = [*PACELINE, "tune", "examples/01_digits.py", "--budget", "60", "--out", folder]
        wide = {**os.environ, "COLUMNS": "100", "TF_CPP_MIN_LOG_LEVEL": "3"}
        shown = subprocess.run(
            call, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=wide
        ).stdout
        shutil.copy(Path(folder) / "search.png", ROOT / "docs" / "images" / "demo_search.png")
        photograph(Path(folder) / "report.html", ROOT / "docs" / "images" / "demo_report.png")
    lines = shown[: shown.index("Wrote ")].splitlines()
    table = "\n".join(line.rstrip() for line in lines).rstrip()
    into_readme("demo", f"```text\n{table}\n```")


def measured() -> None:
    """Put what `make bench` measured into its page, and the first row of each into the README."""
    found = json.loads((ROOT / "benchmarks" / "measured.json").read_text(encoding="utf-8"))
    lines = [
        "# Measured\n",
        "Each table is what the command above it printed, with its peer in the same run, on a "
        "machine with 2 cores and without a GPU. `make bench` runs them all; `make bench "
        "BENCH=NAME` one of them.",
    ]
    first = [
        "| what | ours | peer | ratio | bar | unit | `BENCH=` |",
        "|---|---|---|---|---|---|---|",
    ]
    for script, run in found.items():
        lines += [f"\n## {script}\n", f"`python benchmarks/{script}.py`, {run['date']}\n"]
        lines += table_of(run["rows"])
        row = run["rows"][0]
        figures = " | ".join(figure(row[name]) for name in ("ours", "peer", "ratio", "bar"))
        first.append(f"| {row['name']} | {figures} | {row['unit']} | `{script}` |")
    page = ROOT / "docs" / "reference" / "measured.md"
    page.write_text("\n".join(lines) + "\n", encoding="utf-8")
    into_readme("bench", "\n".join(first))


def table_of(rows: list[dict[str, Any]]) -> list[str]:
    """Return the lines of a table of rows."""
    lines = ["| what | ours | peer | ratio | bar | holds | unit |", "|---|---|---|---|---|---|---|"]
    for row in rows:
        figures = " | ".join(figure(row[name]) for name in ("ours", "peer", "ratio", "bar"))
        holds = "yes" if row["holds"] else "**no**"
        lines.append(f"| {row['name']} | {figures} | {holds} | {row['unit']} |")
    return lines


def figure(value: float | None) -> str:
    """Return a figure as a table shows it."""
    return "–" if value is None else f"{value:.4g}"


def into_readme(mark: str, body: str) -> None:
    """Put `body` between the marks of that name."""
    readme = ROOT / "README.md"
    text = readme.read_text(encoding="utf-8")
    block = f"<!-- {mark} -->\n{body}\n<!-- /{mark} -->"
    pattern = f"<!-- {mark} -->.*<!-- /{mark} -->"
    changed = re.sub(pattern, lambda _: block, text, flags=re.DOTALL)
    readme.write_text(changed, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--run", action="store_true", help="run the code of every page")
    parser.add_argument("--demo", action="store_true", help="also run the demo")
    parser.add_argument("--forecast", action="store_true", help="also draw a forecast")
    asked = parser.parse_args()
    page = ROOT / "docs" / "reference" / "cli.md"
    page.parent.mkdir(exist_ok=True)
    page.write_text(command_line_page(), encoding="utf-8")
    schedule_reference().write()
    measured()
    refresh(everything=asked.run)
    if asked.demo:
        demo()
    if asked.forecast:
        from _build.forecast_picture import draw_forecast

        curves = ROOT.parent / "shared" / "data" / "loss_curves" / "csv_100"
        draw_forecast(PACELINE, curves, ROOT / "docs" / "images" / "forecast.png")
    translated.refresh()


if __name__ == "__main__":
    main()

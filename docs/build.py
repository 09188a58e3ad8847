"""Writes what the docs show from what the program does.

python docs/build.py                # docs/reference: the command line, the schedules
python docs/build.py --demo         # also runs the demo: the README's table and picture
python docs/build.py --tutorial 1 2 # also runs these chapters: their output and charts
python docs/build.py --bench LOG    # also the README's figures, from what `make bench` printed
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
from typing import TYPE_CHECKING

from paceline_cli._backend import start_keras

if TYPE_CHECKING:
    from _build.reference import Reference

ROOT = Path(__file__).parents[1]
COMMANDS = ("", "find", "tune", "compare", "report", "diagnose", "show", "doctor")
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


def measured(log: Path) -> None:
    """Put the rows that `make bench` printed as its last line into the README and its own page."""
    rows = json.loads(log.read_text(encoding="utf-8").rstrip().rsplit("\n", 1)[1])
    recipes = [row for row in rows if ", a million steps" in row["name"]]
    into_readme("bench", "\n".join(table_of([row for row in rows if row not in recipes])))
    page = ROOT / "docs" / "reference" / "speed.md"
    lines = [
        "# How fast are the schedules?\n",
        "Each figure is a row of `make bench` (`benchmarks/schedule_recipes.py`), which runs the "
        "peer beside it and says how: on the host in float64, under `jax.jit` in float32.\n",
        *table_of(recipes),
    ]
    page.write_text("\n".join(lines) + "\n", encoding="utf-8")


def table_of(rows: list[dict]) -> list[str]:
    """Return the lines of a table of rows."""
    lines = ["| what | ours | peer | ratio | bar | unit |", "|---|---|---|---|---|---|"]
    for row in rows:
        figures = [row[name] for name in ("ours", "peer", "ratio", "bar")]
        shown = ["–" if value is None else f"{value:.4g}" for value in figures]
        lines.append(f"| {row['name']} | {' | '.join(shown)} | {row['unit']} |")
    return lines


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
    parser.add_argument("--demo", action="store_true", help="also run the demo")
    parser.add_argument("--tutorial", nargs="+", default=[], metavar="N", help="run chapters")
    parser.add_argument("--bench", type=Path, metavar="LOG", help="what `make bench` printed")
    asked = parser.parse_args()
    page = ROOT / "docs" / "reference" / "cli.md"
    page.parent.mkdir(exist_ok=True)
    page.write_text(command_line_page(), encoding="utf-8")
    schedule_reference().write()
    if asked.demo:
        demo()
    for number in asked.tutorial:
        from _build.tutorial import fill

        fill(number)
    if asked.bench:
        measured(asked.bench)


if __name__ == "__main__":
    main()

"""Writes what the docs show from what the program does: the command line's help, the demo.

python docs/build.py            # docs/reference/cli.md
python docs/build.py --demo     # also runs the demo: the README's table and picture
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
COMMANDS = ("", "compare", "show", "doctor")
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


def demo() -> None:
    """Run the demo; put its table into the README and its pictures beside it."""
    with tempfile.TemporaryDirectory() as folder:
        call = [*PACELINE, "compare", "examples/01_digits.py", "--out", folder]
        wide = {**os.environ, "COLUMNS": "100", "TF_CPP_MIN_LOG_LEVEL": "3"}
        shown = subprocess.run(
            call, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=wide
        ).stdout
        for name in ("rates.png", "losses.png", "final.png"):
            shutil.copy(Path(folder) / name, ROOT / "docs" / "images" / f"demo_{name}")
    lines = shown[: shown.index("Wrote ")].splitlines()
    table = "\n".join(line.rstrip() for line in lines).rstrip()
    readme = ROOT / "README.md"
    text = readme.read_text(encoding="utf-8")
    block = f"<!-- demo -->\n```text\n{table}\n```\n<!-- /demo -->"
    changed = re.sub("<!-- demo -->.*<!-- /demo -->", lambda _: block, text, flags=re.DOTALL)
    readme.write_text(changed, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--demo", action="store_true", help="also run the demo")
    asked = parser.parse_args()
    page = ROOT / "docs" / "reference" / "cli.md"
    page.parent.mkdir(exist_ok=True)
    page.write_text(command_line_page(), encoding="utf-8")
    if asked.demo:
        demo()


if __name__ == "__main__":
    main()

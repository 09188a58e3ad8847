"""Runs the benchmarks, all or those that are named, and prints one table; exits 1 below a bar.

What a full run measured is kept in `measured.json`, from which `make docs` makes the docs' tables.
"""

import argparse
import datetime
import json
import subprocess
import sys
from pathlib import Path

from _measure import finish, last_rows

FOLDER = Path(__file__).parent
MEASURED = FOLDER / "measured.json"


def scripts() -> dict[str, Path]:
    """Return every benchmark by its name."""
    found = sorted(FOLDER.glob("[!_]*.py"))
    return {path.stem: path for path in found if path.name != Path(__file__).name}


def keep(name: str, rows: list[dict]) -> None:
    """Put the rows of a benchmark into the file of all."""
    known = json.loads(MEASURED.read_text(encoding="utf-8")) if MEASURED.exists() else {}
    known[name] = {"date": datetime.date.today().isoformat(), "rows": rows}
    text = json.dumps(dict(sorted(known.items())), indent=1, ensure_ascii=False)
    MEASURED.write_text(text + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="of the benchmarks; default: all")
    parser.add_argument("--quick", action="store_true", help="under a minute each; keeps nothing")
    asked = parser.parse_args()
    known = scripts()
    if unknown := [name for name in asked.names if name not in known]:
        parser.error(f"no benchmark {unknown[0]!r}. There are: {', '.join(known)}")
    found = []
    for name in asked.names or known:
        print(f"-- {name}", flush=True)
        call = [sys.executable, str(known[name]), *(["--quick"] * asked.quick)]
        rows = last_rows(subprocess.run(call, stdout=subprocess.PIPE, text=True))
        if not asked.quick:
            keep(name, rows)
        found += rows
    print("-- all")
    finish(found)


if __name__ == "__main__":
    main()

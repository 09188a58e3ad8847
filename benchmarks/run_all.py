"""Runs every benchmark and prints one table; exits 1 where a bar does not hold."""

import argparse
import subprocess
import sys
from pathlib import Path

from _measure import finish, last_rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="under a minute each")
    asked = parser.parse_args()
    rows = []
    for script in sorted(Path(__file__).parent.glob("[!_]*.py")):
        if script.name == Path(__file__).name:
            continue
        print(f"-- {script.name}", flush=True)
        call = [sys.executable, str(script), *(["--quick"] * asked.quick)]
        rows += last_rows(subprocess.run(call, stdout=subprocess.PIPE, text=True))
    print("-- all")
    finish(rows)


if __name__ == "__main__":
    main()

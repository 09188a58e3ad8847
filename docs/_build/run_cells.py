"""Runs a script cell by cell: python run_cells.py SCRIPT CELL_LINES; a mark ends what each prints.

A script of one's own and the blocks of a page run alike, with the script as the main module.
"""

import ast
import bisect
import sys
import types
from itertools import groupby
from pathlib import Path

END = "\x1e"


def run(script: str, starts: list[int]) -> None:
    """Run the statements from each line of `starts` to the next."""
    tree = ast.parse(Path(script).read_text(encoding="utf-8"), script)
    cells = {
        cell: list(found)
        for cell, found in groupby(tree.body, lambda node: bisect.bisect(starts, node.lineno))
    }
    main = types.ModuleType("__main__")
    main.__file__ = script
    sys.modules["__main__"] = main
    for cell in range(len(starts) + 1):
        code = ast.Module(body=cells.get(cell, []), type_ignores=[])
        exec(compile(code, script, "exec"), main.__dict__)
        print(end=END, flush=True)


if __name__ == "__main__":
    chosen = sys.argv[1], [int(line) for line in sys.argv[2:]]
    sys.argv = [chosen[0]]
    sys.path[0] = str(Path(chosen[0]).parent)
    run(*chosen)

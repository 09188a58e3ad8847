"""Timing in short interleaved blocks, and the one way to print and judge the rows."""

import json
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any, NoReturn

Row = dict[str, Any]


def interleaved(callables: dict[str, Callable[[], None]], rounds: int) -> dict[str, list[float]]:
    """Return the seconds of each call: in every round each runs once, in a new random order.

    A machine that slows down slows a whole round, so the quotient of two calls of one round is
    steadier than either.
    """
    order = list(callables)
    shuffle = random.Random(0).shuffle
    seconds: dict[str, list[float]] = {name: [] for name in order}
    for _ in range(rounds):
        shuffle(order)
        for name in order:
            begin = time.perf_counter()
            callables[name]()
            seconds[name].append(time.perf_counter() - begin)
    return seconds


def median_of_quotients(ours: list[float], peer: list[float]) -> float:
    """Return the median over the rounds of ours/peer."""
    return statistics.median(mine / other for mine, other in zip(ours, peer, strict=True))


def row(
    name: str,
    *,
    ours: float,
    peer: float | None,
    ratio: float | None,
    bar: float,
    holds: bool,
    unit: str,
) -> Row:
    """Return one row: a claim, its two sides, and whether it holds; None where there is no peer."""
    return {
        "name": name,
        "ours": ours,
        "peer": peer,
        "ratio": ratio,
        "bar": bar,
        "holds": bool(holds),
        "unit": unit,
    }


def finish(rows: list[Row]) -> NoReturn:
    """Print the rows as a table and as one last line of JSON; exit 1 where a bar does not hold."""
    columns = ("ours", "peer", "ratio", "bar")
    width = max((len(each["name"]) for each in rows), default=4)
    print(" ".join([f"{'name':<{width}}", *(f"{name:>10}" for name in columns), " holds unit"]))
    for each in rows:
        figures = (
            f"{'-' if each[key] is None else format(each[key], '.4g'):>10}" for key in columns
        )
        verdict = "  yes  " if each["holds"] else "  NO   "
        print(" ".join([f"{each['name']:<{width}}", *figures]) + verdict + each["unit"])
    print(json.dumps(rows), flush=True)
    sys.exit(0 if all(each["holds"] for each in rows) else 1)


def last_rows(finished: subprocess.CompletedProcess[str]) -> list[Row]:
    """Return the rows that a benchmark printed as its last line, having shown the rest."""
    *shown, rows = finished.stdout.rstrip("\n").rsplit("\n", 1)
    print("\n".join(shown), flush=True)
    return json.loads(rows)

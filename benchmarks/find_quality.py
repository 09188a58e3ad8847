"""Does `find` suggest a better rate than other finders do, at what cost, and when does it say no?

Four models on real data, each with two optimizers at two batch sizes. Regret is the share of the
fall in validation loss, over 300 updates of linear decay, that the suggested peak gives away
against the best of a grid; from other initial weights than the grid's. The other finders' rules are
written anew from their descriptions and read sweeps of the same models.

The grid's trainings are kept in a store and run once: `--reference` runs them and nothing else,
and goes on where it was stopped.
"""

import argparse
import concurrent.futures
import json
import multiprocessing
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import _find_problems
import _find_times
from _find_peers import BEATEN
from _find_reference import STORE, Reference, reference
from _find_suggestions import (
    MEDIAN,
    REPLAY,
    Score,
    Suggestions,
    cell_table,
    score_table,
    scores,
    suggestions,
)
from _find_tasks import CELLS, Cell, is_possible
from _measure import Row, finish, row

SEEDS = (100, 101, 102, 103, 104)
TIMED = ("digits MLP", "MNIST CNN")
QUICK_NOTE = " (quick: the bar is for the full job)"


def references(cells: Sequence[Cell], store: Path, workers: int) -> dict[Cell, Reference]:
    found = {}
    for cell in cells:
        found[cell] = reference(cell, store=store, workers=workers, progress=True)
        best, lowest = found[cell].best, found[cell].losses.min()
        print(f"{cell}: best peak {best:.3g}, loss {lowest:.3f}", file=sys.stderr, flush=True)
    return found


def quality_rows(found: dict[str, Score], *, quick: bool) -> list[Row]:
    note = QUICK_NOTE if quick else ""
    ours, three = found[REPLAY], found[MEDIAN]
    rows = [
        row(
            name + note,
            ours=value,
            peer=None,
            ratio=None,
            bar=bar,
            holds=value <= bar or quick,
            unit="regret",
        )
        for name, value, bar in (
            ("mean regret, one repeat", ours.mean, 0.02),
            ("worst regret, one repeat", ours.worst, 0.15),
            ("worst regret, median of three repeats", three.worst, 0.08),
        )
    ]
    for rule in BEATEN:
        peer = found[rule].mean
        rows.append(
            row(
                f"mean regret, one repeat, against {rule}" + note,
                ours=ours.mean,
                peer=peer,
                ratio=ours.mean / peer,
                bar=1.0,
                holds=ours.mean < peer or quick,
                unit="regret; below the peer's",
            )
        )
    return rows


def problems_row(groups: Sequence[Sequence[object]], answers: Sequence[list[str]]) -> Row:
    count, wrong = sum(map(len, groups)), [each for answer in answers for each in answer]
    print("\n".join(wrong))
    share = 1 - len(wrong) / count
    return row(
        f"no rate and the right reason, {count} cases without an answer",
        ours=share,
        peer=None,
        ratio=None,
        bar=1.0,
        holds=not wrong,
        unit="share",
    )


def time_row(kind: str, *options: str) -> Row:
    """Return a row that is measured in a process of its own."""
    call = [sys.executable, __file__, "--time", kind, *options]
    printed = subprocess.run(call, check=True, stdout=subprocess.PIPE, text=True).stdout
    return json.loads(printed.rstrip("\n").rsplit("\n", 1)[-1])


def measured_time(kind: str, *, quick: bool) -> Row:
    if kind == "sweep":
        return _find_times.sweep_row(rounds=2 if quick else 15)
    cell = next(each for each in CELLS if str(each) == kind)
    return _find_times.replay_row(cell, rounds=5 if quick else 25)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="the digits MLP only; under 60 s")
    parser.add_argument("--reference", action="store_true", help="train the grid only")
    parser.add_argument("--store", type=Path, default=STORE, help="keeps the grid's trainings")
    parser.add_argument("--workers", type=int, default=2, help="processes that train")
    parser.add_argument("--time", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.time:
        print(json.dumps(measured_time(asked.time, quick=asked.quick)))
        return
    cells = [each for each in CELLS if is_possible(each.model)]
    for model in sorted({each.model for each in CELLS} - {each.model for each in cells}):
        print(f"{model}: left out, its data are not in ../shared/data")
    if asked.quick:
        cells = [each for each in cells if each.model == "digits MLP"]
    known = references(cells, asked.store, asked.workers)
    if asked.reference:
        return
    groups = _find_problems.cases(1 if asked.quick else 10, SEEDS)
    with concurrent.futures.ProcessPoolExecutor(
        asked.workers, mp_context=multiprocessing.get_context("spawn")
    ) as pool:
        seeds = SEEDS[:2] if asked.quick else SEEDS
        running = {cell: pool.submit(suggestions, cell, seeds) for cell in cells}
        answers = [pool.submit(_find_problems.wrong, group) for group in groups]
        suggested: dict[Cell, Suggestions] = {cell: each.result() for cell, each in running.items()}
        said = [each.result() for each in answers]
    found = scores(known, suggested)
    print(f"{score_table(found)}\n\n{cell_table(known, suggested)}\n")
    rows = quality_rows(found, quick=asked.quick)
    rows.append(problems_row(groups, said))
    options = ["--quick"] * asked.quick
    timed = [cell for cell in cells if cell.model in TIMED and cell.optimizer == "SGD"]
    timed = timed[:1] if asked.quick else timed
    rows += [time_row(str(cell), *options) for cell in timed]
    rows.append(time_row("sweep", *options))
    finish(rows)


if __name__ == "__main__":
    main()

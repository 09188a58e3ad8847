"""The reference of a search: an exhaustive grid of schedules, trained once and kept in a file.

8 families x 9 peaks x 3 warm-ups x 3 decays x 3 seeds (a constant rate has no decay). The best of
the grid is the best of its first ten on eight other seeds; eight fresh ones say what it is worth:
a cell that was chosen on the seeds on which it is measured looks better than it is. Run this file
to compute it all; it goes on where it was stopped.
"""

import argparse
import concurrent.futures
import dataclasses
import itertools
import json
import multiprocessing
import os
import platform
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from _kept import FOLDER, Kept
from _tune_tasks import identity, possible, task
from _tune_training import Program

import paceline
from paceline.schedules import Schedule
from paceline.trials import versions
from paceline.tuning._families import FAMILIES, Point
from paceline.tuning._space import Space, space_around

FILE = Path(__file__).with_name("tune_grid.json")
SEEDS = (0, 1, 2)
CHOOSING = tuple(range(2000, 2008))
"""On which one of the first ten is chosen."""
FRESH = tuple(range(1000, 1008))
"""On which the best of the grid, and what every search found, are judged."""

PEAKS, KEPT = 9, 10

WARMUPS: dict[str, tuple[float, ...]] = dict.fromkeys(FAMILIES, (0.0, 0.05, 0.15))
WARMUPS["one_cycle"] = (0.15, 0.3, 0.45)

DECAYS: dict[str, tuple[str, tuple[float, ...]]] = {
    "linear": ("floor_factor", (0.0, 0.03, 0.1)),
    "cosine": ("floor_factor", (0.0, 0.03, 0.1)),
    "wsd": ("decay", (0.15, 0.3, 0.5)),
    "one_cycle": ("start_factor", (0.02, 0.04, 0.2)),
    "step_decay": ("factor", (0.1, 0.2, 0.5)),
    "exponential": ("factor", (0.003, 0.03, 0.3)),
    "inverse_sqrt": ("timescale", (0.03, 0.1, 0.4)),
}
FIXED = {"wsd": {"shape": "linear"}, "step_decay": {"first": 0.5}}


def suggested(made: paceline.Task, seed: int) -> float:
    """Return the rate around which a search looks."""
    suggestion = paceline.find(made, seed=seed, verbose=False).suggestion
    assert suggestion is not None, "the range test suggests a rate for each of these tasks"
    return float(suggestion.rate)


def space(rate: float) -> Space:
    """Return where every search looks: all families, a decade of peaks to both sides."""
    return space_around(rate, list(FAMILIES))


def points(rate: float) -> Iterator[Point]:
    """Yield the points of the grid around a rate."""
    peaks = [space(rate).peak().at(number / (PEAKS - 1)) for number in range(PEAKS)]
    for family, known in FAMILIES.items():
        name, decays = DECAYS.get(family, ("", (0.0,)))
        for peak, warmup, decay in itertools.product(peaks, WARMUPS[family], decays):
            given = {"warmup": warmup, name: decay, **FIXED.get(family, {})}
            parameters = tuple((each, given[each]) for each in known.parameters)
            yield Point(family=family, peak=peak, parameters=parameters)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Cell:
    """A point of the grid, and the final validation loss with each seed."""

    point: Point
    losses: tuple[float, ...]

    @property
    def mean(self) -> float:
        return statistics.mean(self.losses)

    @property
    def deviation(self) -> float:
        """Return the standard deviation of a seed."""
        return statistics.stdev(self.losses)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Reference:
    """What the file holds of a task."""

    cells: tuple[Cell, ...]
    """Of the whole grid, on SEEDS."""
    first: tuple[Cell, ...]
    """The first ten of them, on the CHOOSING seeds."""
    fresh: tuple[Cell, ...]
    """The same ten on the FRESH seeds."""
    steps: int
    """How many updates the grid has."""

    @property
    def best(self) -> Cell:
        """The best of the first ten, on the fresh seeds."""
        chosen = min(self.first, key=lambda cell: cell.mean).point
        return next(cell for cell in self.fresh if cell.point == chosen)

    @property
    def luckiest(self) -> Cell:
        """The smallest mean of ten on the fresh seeds: chosen where it is measured."""
        return min(self.fresh, key=lambda cell: cell.mean)


def reference(name: str) -> Reference:
    """Return what the file holds of a task.

    Raises:
        SystemExit: the file was computed for another task or another grid.
    """
    held = json.loads(FILE.read_text()).get(name) if FILE.exists() else None
    known = {"task": identity(task(name)), "axes": _axes()}
    if held is None or {each: held[each] for each in known} != known:
        raise SystemExit(
            f"{FILE.name} needs the grid of {name!r} as it is now; it holds "
            f"{'none' if held is None else 'that of another task or of other axes'}. "
            f"Run python benchmarks/{Path(__file__).name}."
        )
    cells = list(points(held["suggestion"]))
    rows = [losses for family in FAMILIES for losses in held["losses"][family]]
    found = [Cell(point=p, losses=tuple(each)) for p, each in zip(cells, rows, strict=True)]
    first, fresh = (
        tuple(Cell(point=cells[each["cell"]], losses=tuple(each[on])) for each in held["best"])
        for on in ("choosing", "fresh")
    )
    return Reference(cells=tuple(found), first=first, fresh=fresh, steps=held["steps"])


def _axes() -> dict[str, Any]:
    """Return the values along each axis, as JSON gives them back."""
    axes = {
        family: {
            "warmup": WARMUPS[family],
            **dict([DECAYS[family]] if family in DECAYS else []),
            **FIXED.get(family, {}),
        }
        for family in FAMILIES
    }
    return json.loads(json.dumps(axes))


def final_loss(kept: Kept, program: Program, schedule: Schedule, seed: int, *, task: str) -> float:
    """Return the final validation loss of a schedule, in six digits."""
    found = kept.value(
        lambda: program.train(schedule, seed), schedule=repr(schedule), seed=seed, task=task
    )
    return float(f"{found:.6g}")


def trained(name: str) -> dict[str, Any]:
    """Return all that the file says of a task; what is kept of it is not trained again."""
    kept, made = Kept(FOLDER / "tune_grid.sqlite"), task(name)
    program, known = Program(made), {"task": identity(made)}

    def loss(point: Point, seed: int) -> float:
        return final_loss(kept, program, point.schedule, seed, task=known["task"])

    rate = kept.value(lambda: suggested(made, 0), what="suggestion", **known)
    cells = list(points(rate))
    columns = []
    for seed in SEEDS:
        columns.append([loss(point, seed) for point in cells])
        print(f"{name}: seed {seed} is done", file=sys.stderr, flush=True)
    losses = np.array(columns).T
    best = losses.mean(axis=1).argsort()[:KEPT].tolist()
    again = {
        on: np.array([[loss(cells[cell], seed) for cell in best] for seed in seeds]).T.tolist()
        for on, seeds in (("choosing", CHOOSING), ("fresh", FRESH))
    }
    by_family: dict[str, list[list[float]]] = {family: [] for family in FAMILIES}
    for point, row in zip(cells, losses.tolist(), strict=True):
        by_family[point.family].append(row)
    return {
        **known,
        "axes": _axes(),
        "suggestion": rate,
        "peaks": sorted({point.peak for point in cells}),
        "steps": losses.size * made.horizon,
        "losses": by_family,
        "best": [
            {"cell": cell, **{on: losses[place] for on, losses in again.items()}}
            for place, cell in enumerate(best)
        ],
        "versions": versions(),
        "machine": f"{platform.system()} {platform.machine()}, one thread",
    }


def table(name: str) -> str:
    """Return the first cells of a task, the best above, as a Markdown table."""
    found = reference(name)
    on_grid = {cell.point: cell.mean for cell in found.cells}
    on_fresh = {cell.point: cell for cell in found.fresh}
    lines = [f"| {name} | grid | choosing | fresh | deviation |", "|---|---|---|---|---|"]
    for cell in sorted(found.first, key=lambda cell: cell.mean):
        fresh = on_fresh[cell.point]
        figures = (on_grid[cell.point], cell.mean, fresh.mean, fresh.deviation)
        shown = " | ".join(f"{each:.4f}" for each in figures)
        lines.append(f"| `{cell.point.schedule!r}` | {shown} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=2, help="processes that train")
    asked = parser.parse_args()
    with concurrent.futures.ProcessPoolExecutor(
        asked.workers, mp_context=multiprocessing.get_context("spawn"), max_tasks_per_child=1
    ) as pool:
        running = {name: pool.submit(trained, name) for name in possible()}
        held = {name: each.result() for name, each in running.items()}
    FILE.write_text(f"{_written(held)}\n")
    print("\n\n".join(map(table, held)))


def _written(held: Any, indent: str = "\n") -> str:
    """Return JSON in which what has names is spread over lines, and each list is one line."""
    if not isinstance(held, dict):
        return json.dumps(held)
    inner = f"{indent} "
    items = [f"{json.dumps(name)}: {_written(each, inner)}" for name, each in held.items()]
    return f"{{{inner}{f',{inner}'.join(items)}{indent}}}"


if __name__ == "__main__":
    main()

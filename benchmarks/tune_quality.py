"""Does `tune` find a better schedule than other searches do with as many training steps?

Digits MLP and MNIST CNN, each with SGD and AdamW. The reference is an exhaustive grid, which
`python benchmarks/_tune_grid.py` computed. Every search may make 3 % of the grid's updates in the
same space, and the schedule that it answers with is trained on eight fresh seeds. Regret is how far
its mean loss is above that of the grid's best, in standard deviations of a seed. The grid's best is
chosen on other seeds; a second table has the regret against the cell that was luckiest on these.

Answers are kept: the same call goes on where it was stopped.
"""

import argparse
import concurrent.futures
import multiprocessing
import os
import statistics
import sys
from collections.abc import Sequence

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from _measure import Row, finish, row
from _tune_contest import METHODS, OURS, Answer, Contest
from _tune_grid import Cell, Reference
from _tune_tasks import TASKS, possible
from scipy import stats

SHARE = 0.03
QUICK_SHARE = 0.01
QUICK_NOTE = " (quick: the bar is for the full job)"
UNIT = "standard deviations of a seed"

Regrets = dict[str, dict[str, list[float]]]
"""Of each repetition, by task and method."""


def answers(
    name: str, methods: Sequence[str], repetitions: int, share: float
) -> tuple[Reference, dict[str, list[Answer]]]:
    """Return a task's reference, and what each method finds, one answer a repetition."""
    found: dict[str, list[Answer]] = {method: [] for method in methods}
    contest = Contest(name, share=share)
    for seed in range(repetitions):
        for method in methods:
            answer = contest.answer(method, seed)
            found[method].append(answer)
            regret = answer.regret(contest.reference.best)
            print(
                f"{name}, repetition {seed}, {method}: {regret:+.2f} deviations, "
                f"{answer.updates:,} updates, {answer.schedule}",
                file=sys.stderr,
                flush=True,
            )
    return contest.reference, found


def regrets_to(cells: dict[str, Cell], found: dict[str, dict[str, list[Answer]]]) -> Regrets:
    """Return the regret of every answer to a cell of each task's grid."""
    return {
        name: {
            method: [answer.regret(cells[name]) for answer in each]
            for method, each in by_method.items()
        }
        for name, by_method in found.items()
    }


def table(regrets: Regrets, cells: dict[str, Cell], title: str) -> str:
    """Return the mean regret of each method on each task, in deviations and raw, as Markdown."""
    lines = [f"| {title} | {' | '.join(regrets)} |", "|---" * (len(regrets) + 1) + "|"]
    for method in next(iter(regrets.values())):
        shown = []
        for name, by_method in regrets.items():
            mean = statistics.mean(by_method[method])
            shown.append(f"{mean:+.2f} ({mean * cells[name].deviation:+.4f})")
        lines.append(f"| {method} | {' | '.join(shown)} |")
    return "\n".join(lines)


def task_rows(regrets: Regrets, *, note: str) -> list[Row]:
    """Return a row for each task: ours within one deviation of the grid's best."""
    rows = []
    for name, by_method in regrets.items():
        means = {method: statistics.mean(each) for method, each in by_method.items()}
        mean = means.pop(OURS)
        peer = min(means.values(), default=None)
        rows.append(
            row(
                f"regret of the tuned schedule, {name}{note}",
                ours=mean,
                peer=peer,
                ratio=None,
                bar=1.0,
                holds=mean <= 1 or bool(note),
                unit=f"{UNIT}; peer: the best of the others",
            )
        )
    return rows


def peer_rows(regrets: Regrets, *, note: str) -> list[Row]:
    """Return a row for each peer, over all tasks: ours below it."""
    rows = []
    over_all = {
        method: [each for by_method in regrets.values() for each in by_method[method]]
        for method in next(iter(regrets.values()))
    }
    mine = over_all.pop(OURS)
    for method, theirs in over_all.items():
        ours, peer = statistics.mean(mine), statistics.mean(theirs)
        rows.append(
            row(
                f"mean regret, ours / {method}{note}",
                ours=ours,
                peer=peer,
                ratio=ours / peer,
                bar=1.0,
                holds=ours < peer or bool(note),
                unit=f"{UNIT}; below the peer's",
            )
        )
        if len(mine) > 1:
            interval = stats.ttest_rel(mine, theirs).confidence_interval()
            print(
                f"ours less {method}: {ours - peer:+.2f} deviations, 95 % interval "
                f"{interval.low:+.2f} to {interval.high:+.2f} ({len(mine)} pairs)"
            )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one task, one repetition; under 60 s")
    parser.add_argument("--task", action="append", choices=TASKS, help="all where none is given")
    parser.add_argument("--method", action="append", choices=METHODS, help="likewise")
    parser.add_argument("--repetitions", type=int, default=10, help="seeds 0, 1, ...")
    parser.add_argument("--workers", type=int, default=2, help="processes, one task each")
    asked = parser.parse_args()
    names = [name for name in possible() if name in (asked.task or TASKS)]
    for name in sorted(set(asked.task or TASKS) - set(names)):
        print(f"{name}: left out, its data are not in ../shared/data")
    names = names[:1] if asked.quick else names
    methods = [method for method in METHODS if method in (asked.method or METHODS)]
    repetitions, share = (1, QUICK_SHARE) if asked.quick else (asked.repetitions, SHARE)
    with concurrent.futures.ProcessPoolExecutor(
        asked.workers, mp_context=multiprocessing.get_context("spawn"), max_tasks_per_child=1
    ) as pool:
        running = {name: pool.submit(answers, name, methods, repetitions, share) for name in names}
        found = {name: each.result() for name, each in running.items()}
    answered = {name: each for name, (_, each) in found.items()}
    best = {name: known.best for name, (known, _) in found.items()}
    luckiest = {name: known.luckiest for name, (known, _) in found.items()}
    regrets = regrets_to(best, answered)
    print(f"{table(regrets, best, 'search')}\n")
    print(f"{table(regrets_to(luckiest, answered), luckiest, 'to the luckiest cell')}\n")
    note = QUICK_NOTE if asked.quick else ""
    rows = task_rows(regrets, note=note) if OURS in methods else []
    rows += peer_rows(regrets, note=note) if OURS in methods else []
    finish(rows)


if __name__ == "__main__":
    main()

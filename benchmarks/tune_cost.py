"""What does a search cost beyond its trainings, and how does it bear 10,000 trials?

Each part is a process of its own, and imports are left out. Overhead: the time of a whole search
with a store, less the seconds of its trials and of the range test. Throughput: trials a second of
two workers against one, once a tenth of the trials has been trained. 10,000 trials: a real search
that was kept; the time of the same call again, and of the report.
"""

import argparse
import functools
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

OVERHEAD = {"digits MLP SGD": 60, "MNIST CNN SGD": 40}
"""Full runs, by task."""
QUICK = {"digits MLP SGD": 12, "MNIST CNN SGD": 2}
MANY = 10_000
FOLDER = Path(__file__).parents[1] / "paceline-out"


def overhead(name: str, runs: float) -> dict[str, Any]:
    """Return the seconds of a search, of its trainings and of its range test, and its trials."""
    import _tune_tasks

    import paceline
    from paceline.execution import Store
    from paceline.tuning import _work

    found, seconds = _work.find, []

    def timed(*given: Any, **named: Any) -> Any:
        begin = time.perf_counter()
        curve = found(*given, **named)
        seconds.append(time.perf_counter() - begin)
        return curve

    _work.find = timed
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "trials.sqlite"
        make = functools.partial(_tune_tasks.task, name)
        begin = time.perf_counter()
        result = paceline.tune(make, budget=runs, store=place, progress=False)
        whole = time.perf_counter() - begin
        with Store(place, read_only=True) as store:
            keys = [key for each in store.searches()[0] for key in _keys(each.plain)]
            outcomes = store.find(keys, failed=True)[0]
    assert result.confirmation is not None or runs < 4
    return {
        "whole": whole,
        "training": sum(outcome.seconds for outcome in outcomes.values()),
        "range_test": sum(seconds),
        "trials": len(outcomes),
    }


def _keys(plain: dict[str, Any]) -> list[str]:
    from paceline.tuning._memory import generations_of

    keys = [key for generation in generations_of(plain) for key in generation.keys]
    return keys + list(plain["result"]["keys"])


def throughput(workers: int, runs: float) -> float:
    """Return the trials a second of a search on digits, once a tenth of them was trained."""
    import _tune_tasks

    import paceline
    from paceline.execution import Store

    put, ended = Store.put, []

    def noted(self: Store, *given: Any, **named: Any) -> None:
        put(self, *given, **named)
        ended.append(time.perf_counter())

    Store.put = noted
    with tempfile.TemporaryDirectory() as folder:
        make = functools.partial(_tune_tasks.task, "digits MLP SGD")
        place = Path(folder) / "trials.sqlite"
        paceline.tune(make, budget=runs, store=place, workers=workers, progress=False)
    first = len(ended) // 10
    return (len(ended) - 1 - first) / (ended[-1] - ended[first])


def tiny() -> Any:
    """Return a task that trains in milliseconds: 40 updates of a linear model."""
    import keras
    import numpy as np

    import paceline

    x = np.random.default_rng(0).normal(size=(48, 4)).astype("float32")
    return paceline.Task(
        model=lambda: keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)]),
        optimizer=lambda rate: keras.optimizers.SGD(rate),
        loss="mse",
        train=(x[:32], x[:32, :3]),
        validation=(x[32:], x[32:, :3]),
        batch_size=8,
        epochs=10,
    )


def many(trials: int) -> dict[str, float]:
    """Return the seconds that a kept search takes to resume, and its report to be made."""
    import paceline
    from paceline.reporting import report
    from paceline.tuning import load_tuning

    FOLDER.mkdir(exist_ok=True)
    place = FOLDER / f"tune_{trials}.sqlite"
    search = functools.partial(
        paceline.tune,
        tiny,
        budget=trials + 60,
        confirm=40 / trials,
        peaks=(0.01, 1.0),
        store=place,
        name="tiny",
    )
    if not place.exists():
        subprocess.run([sys.executable, __file__, "--part", "make", str(trials)], check=True)
    begin = time.perf_counter()
    result = search(progress=False)
    resumed = time.perf_counter() - begin
    begin = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        report(load_tuning(place), Path(folder) / "report.html")
    return {
        "resume": resumed,
        "report": time.perf_counter() - begin,
        "trials": len(result.trials) + len(result.confirmation.outcomes),
    }


def make(trials: int) -> None:
    """Run the search of so many trials for real."""
    import paceline

    paceline.tune(
        tiny,
        budget=trials + 60,
        confirm=40 / trials,
        peaks=(0.01, 1.0),
        store=FOLDER / f"tune_{trials}.sqlite",
        name="tiny",
    )


def part(*arguments: object) -> Any:
    """Return what a part measures, in a process of its own."""
    call = [sys.executable, __file__, "--part", *map(str, arguments)]
    done = subprocess.run(call, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.rstrip().rsplit("\n", 1)[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small share of the work")
    parser.add_argument("--part", nargs="+", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.part:
        parts = {"overhead": overhead, "throughput": throughput, "many": many, "make": make}
        kind, *given = asked.part
        values = [int(each) if each.isdigit() else each for each in given]
        print(json.dumps(parts[kind](*values)))
        return
    from _measure import finish, row
    from _tune_tasks import possible

    note = " (quick: the bar is for the full job)" if asked.quick else ""
    rows = []
    for name, runs in (QUICK if asked.quick else OVERHEAD).items():
        if name not in possible() or (asked.quick and "CNN" in name):
            continue
        cost = part("overhead", name, runs)
        beyond = cost["whole"] - cost["training"] - cost["range_test"]
        print(f"{name}: {cost}")
        if "CNN" in name:
            share = beyond / (cost["training"] + cost["range_test"])
            rows.append(
                row(
                    f"overhead of a search, {name}, {cost['trials']} trials{note}",
                    ours=cost["whole"],
                    peer=cost["training"] + cost["range_test"],
                    ratio=share,
                    bar=0.15,
                    holds=share <= 0.15 or asked.quick,
                    unit="s, whole search; peer: its trainings; ratio: the rest / the trainings",
                )
            )
        else:
            each = 1000 * beyond / cost["trials"]
            rows.append(
                row(
                    f"overhead of a search, {name}, {cost['trials']} trials{note}",
                    ours=each,
                    peer=None,
                    ratio=None,
                    bar=25,
                    holds=each <= 25 or asked.quick,
                    unit="ms a trial, beyond the training",
                )
            )
    if not asked.quick:
        one, two = part("throughput", 1, 200), part("throughput", 2, 200)
        rows.append(
            row(
                "search on digits, 2 workers against 1",
                ours=two,
                peer=one,
                ratio=two / one,
                bar=1.6,
                holds=two / one >= 1.6,
                unit="trials a second, at least the bar times as many",
            )
        )
    count = 200 if asked.quick else MANY
    kept = part("many", count)
    for name, bar in {"resume": 3, "report": 5}.items():
        rows.append(
            row(
                f"{name} of a search of {kept['trials']:,} trials{note}",
                ours=kept[name],
                peer=None,
                ratio=None,
                bar=bar,
                holds=kept[name] <= bar or asked.quick,
                unit="s, at most the bar",
            )
        )
    finish(rows)


if __name__ == "__main__":
    main()

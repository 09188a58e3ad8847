"""How much faster is `compare` than the script one writes by hand: build, compile, fit, for each?

Both sides do the same work (the same schedules, seeds, epochs, batch size, validation after every
epoch) in a process of their own, tracing and worker processes included, imports left out. The MLP
trains in one process; the CNN's side uses two workers of one thread, the script both cores.
"""

import argparse
import os
import subprocess
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

JOBS = {  # kind: (schedules, seeds, epochs, workers), and the bar
    "mlp": ((8, 4, 20, 1), 10.0),
    "cnn": ((8, 4, 3, 2), 1.3),
}
QUICK = {"mlp": (2, 2, 20, 1), "cnn": (2, 1, 1, 2)}


def run_ours(kind: str, job: tuple[int, int, int, int]) -> float:
    import _tasks

    import paceline

    count, seeds, epochs, workers = job
    begin = time.perf_counter()
    task = _tasks.task(kind, epochs)
    paceline.compare(task, _tasks.schedules(count), seeds=seeds, workers=workers, progress=False)
    return time.perf_counter() - begin


def run_script(kind: str, job: tuple[int, int, int, int]) -> float:
    import _tasks
    import keras

    count, seeds, epochs, _ = job
    begin = time.perf_counter()
    x, y, x_val, y_val = _tasks.digits_data() if kind == "mlp" else _tasks.mnist_data()
    horizon = -(-len(x) // _tasks.BATCH) * epochs
    for recipe in _tasks.schedules(count).values():
        for seed in range(seeds):
            keras.utils.set_random_seed(seed)
            model = _tasks.mlp() if kind == "mlp" else _tasks.cnn()
            model.compile(
                optimizer=_tasks.optimizer(recipe.over(horizon)),
                loss=_tasks.loss(),
                metrics=["accuracy"],
            )
            model.fit(
                x,
                y,
                batch_size=_tasks.BATCH,
                epochs=epochs,
                validation_data=(x_val, y_val),
                verbose=0,
            )
    return time.perf_counter() - begin


def seconds(side: str, kind: str, job: tuple[int, int, int, int]) -> float:
    call = [sys.executable, __file__, "--side", side, "--kind", kind, "--job", *map(str, job)]
    return float(subprocess.run(call, check=True, stdout=subprocess.PIPE, text=True).stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small share of the work")
    parser.add_argument("--side", choices=["ours", "script"], help=argparse.SUPPRESS)
    parser.add_argument("--kind", choices=list(JOBS), help="only this model")
    parser.add_argument("--job", type=int, nargs=4, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.side:
        run = run_ours if asked.side == "ours" else run_script
        print(run(asked.kind, tuple(asked.job)))
        return
    from _measure import finish, row
    from _tasks import MNIST

    rows = []
    for kind, (job, bar) in JOBS.items():
        if asked.kind not in (None, kind):
            continue
        if kind == "cnn" and not MNIST.exists():
            print(f"cnn: skipped, {MNIST} is missing")
            continue
        work = QUICK[kind] if asked.quick else job
        ours, peer = seconds("ours", kind, work), seconds("script", kind, work)
        name = f"compare, {kind}, {work[0]} schedules x {work[1]} seeds x {work[2]} epochs"
        ratio = peer / ours
        rows.append(
            row(
                name if not asked.quick else f"{name} (quick: the bar is for the full job)",
                ours=ours,
                peer=peer,
                ratio=ratio,
                bar=bar,
                holds=ratio >= bar or asked.quick,
                unit="s, whole job; ratio: times faster than a script of fits",
            )
        )
    finish(rows)


if __name__ == "__main__":
    main()

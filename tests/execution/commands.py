"""Real commands on a tiny task, for the tests that kill and interrupt them."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

TASK = '''
import os
import time
from pathlib import Path

import jax
import keras
import numpy as np

import paceline

VARIANTS = {0.1: "a", 0.02: "b", 0.05: "c"}


def note(step, weights, rate):
    """Say which trial trains: its variant by its first rate, its seed by its first weights."""
    if step == 0:
        variant = VARIANTS.get(round(float(rate), 6), f"{float(rate):.6g}")
        with Path(os.environ["TRIAL_LOG"]).open("a") as log:
            log.write(f"{variant} {float(weights):.6f}\\n")
    time.sleep(float(os.environ.get("TRIAL_PAUSE", "0")) / 8)
    while Path(os.environ["TRIAL_LOG"]).with_suffix(".held").exists():
        time.sleep(0.02)


class Noted(keras.Sequential):
    def train_step(self, state, data):
        step, weights = state[2][0], state[0][0].sum()
        jax.debug.callback(note, step, weights, self.optimizer._learning_rate(step))
        return super().train_step(state, data)


def task():
    x = np.random.default_rng(0).normal(size=(48, 4))
    return paceline.Task(
        model=lambda: Noted([keras.layers.Input((4,)), keras.layers.Dense(3)]),
        optimizer=lambda rate: keras.optimizers.SGD(rate),
        loss="mse",
        train=(x[:32], x[:32, :3]),
        validation=(x[32:], x[32:, :3]),
        batch_size=8,
        epochs=2,
    )


def schedules():
    return {
        "a": paceline.constant(peak=0.1),
        "b": paceline.constant(peak=0.02),
        "c": paceline.cosine(peak=0.05),
    }
'''

LONG = TASK.replace("epochs=2", "epochs=20")
"""80 updates, so that a search has two horizons: 40 and 80."""
TUNED = ("schedule.json", "search.csv", "results.csv")


class Command:
    """`paceline` on the tiny task, in a session of its own, as a terminal starts it."""

    def __init__(
        self,
        folder: Path,
        out: str,
        *options: str,
        verb: str = "compare",
        task: str = TASK,
        pause: float = 0.0,
        held: bool = False,
    ) -> None:
        """Start it.

        Args:
            folder: of the task's file, and of all that is written.
            out: the name of the output folder in it.
            options: of the command.
            verb: which command.
            task: the text of the file.
            pause: what eight updates take at least, in seconds.
            held: whether every trial waits after its first update, until `release`.
        """
        self.out = folder / out
        self.log = folder / f"{out}.log"
        if held:
            self.log.with_suffix(".held").touch()
        self.mark = uuid.uuid4().hex
        file = folder / "tiny.py"
        file.write_text(task)
        before = signal.signal(signal.SIGINT, signal.default_int_handler)  # CI may ignore it
        self.process = subprocess.Popen(
            [sys.executable, "-m", "paceline_cli", verb, file, "--out", self.out, *options],
            env={
                **os.environ,
                "KERAS_BACKEND": "jax",
                "TRIAL_LOG": str(self.log),
                "TRIAL_PAUSE": str(pause),
                "PACELINE_TEST": self.mark,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        signal.signal(signal.SIGINT, before)

    def finish(self) -> tuple[int, str, str]:
        out, err = self.process.communicate(timeout=240)
        return self.process.returncode, out, err

    def release(self) -> None:
        """Let the trials that were held go on."""
        self.log.with_suffix(".held").unlink()

    def wait_for_trials(self, count: int) -> None:
        """Wait until that many trials have begun, or the command ended."""
        while len(self.begun()) < count and self.process.poll() is None:
            time.sleep(0.02)

    def begun(self) -> list[tuple[str, str]]:
        """Each logged trial that began: its variant and the sum of its initial weights."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [(line.split()[0], line.split()[1]) for line in lines]

    def send(self, number: int) -> None:
        """Send a signal to the whole group, as a terminal does."""
        os.killpg(self.process.pid, number)

    def kill(self) -> None:
        """SIGKILL the coordinator alone."""
        self.process.kill()
        self.process.communicate()

    def alive(self) -> list[int]:
        """The processes that this command started and that still run."""
        return list(marked(self.mark))

    def wait_for_workers_to_end(self) -> list[int]:
        """Give them ten seconds; return who is left."""
        end = time.monotonic() + 10
        while self.alive() and time.monotonic() < end:
            time.sleep(0.1)
        return self.alive()

    def workers(self) -> list[int]:
        """The processes that train for this command."""
        try:
            children = psutil.Process(self.process.pid).children()
            return [each.pid for each in children if "_serve.py" in " ".join(each.cmdline())]
        except psutil.NoSuchProcess:
            return []

    def stored(self) -> set[tuple[str, int]]:
        """The variant and seed of every trial that the store holds as done."""
        return set(self._rows("variant, seed", "status = 'done'"))

    def outcomes(self) -> dict[str, bytes]:
        """Every trial that the store holds, as it is written there: with how long it took."""
        return dict(self._rows("key, outcome", "true"))

    def _rows(self, columns: str, which: str) -> list[Any]:
        store = self.out / "trials.sqlite"
        if not store.exists():
            return []
        with sqlite3.connect(store) as connection:
            tables = connection.execute("select name from sqlite_master").fetchall()
            if ("paceline_trials",) not in tables:
                return []
            query = f"select {columns} from paceline_trials where {which}"
            rows = connection.execute(query).fetchall()
        connection.close()
        return rows

    def csv(self) -> bytes:
        return (self.out / "results.csv").read_bytes()

    def found(self) -> dict[str, bytes]:
        """What `tune` wrote of its result."""
        return {name: (self.out / name).read_bytes() for name in TUNED}


def marked(mark: str) -> Iterator[int]:
    for process in psutil.process_iter():
        try:
            if process.environ().get("PACELINE_TEST") == mark and process.status() != "zombie":
                yield process.pid
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue

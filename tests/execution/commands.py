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
        variant = VARIANTS[round(float(rate), 6)]
        with Path(os.environ["TRIAL_LOG"]).open("a") as log:
            log.write(f"{variant} {float(weights):.6f}\\n")
    time.sleep(float(os.environ.get("TRIAL_PAUSE", "0")) / 8)


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


class Command:
    """`paceline compare` on the tiny task, in a session of its own, as a terminal starts it."""

    def __init__(
        self, folder: Path, out: str, *options: str, task: str = TASK, pause: float = 0.0
    ) -> None:
        self.out = folder / out
        self.log = folder / f"{out}.log"
        self.mark = uuid.uuid4().hex
        file = folder / "tiny.py"
        file.write_text(task)
        before = signal.signal(signal.SIGINT, signal.default_int_handler)  # CI may ignore it
        self.process = subprocess.Popen(
            [sys.executable, "-m", "paceline_cli", "compare", file, "--out", self.out, *options],
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

    def stored(self) -> set[tuple[str, int]]:
        """The variant and seed of every trial that the store holds as done."""
        store = self.out / "trials.sqlite"
        if not store.exists():
            return set()
        with sqlite3.connect(store) as connection:
            tables = connection.execute("select name from sqlite_master").fetchall()
            if ("paceline_trials",) not in tables:
                return set()
            query = "select variant, seed from paceline_trials where status = 'done'"
            rows = connection.execute(query).fetchall()
        connection.close()
        return set(rows)

    def csv(self) -> bytes:
        return (self.out / "results.csv").read_bytes()


def marked(mark: str) -> Iterator[int]:
    for process in psutil.process_iter():
        try:
            if process.environ().get("PACELINE_TEST") == mark and process.status() != "zombie":
                yield process.pid
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue

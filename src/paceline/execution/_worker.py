"""What runs in a worker process: it trains, and ends when its parent does."""

import functools
import multiprocessing
import multiprocessing.connection
import os
import pickle
import signal
import threading
from pathlib import Path

from paceline.trials import Outcome, Trainer, Trial, set_threads


def start_worker(threads: int) -> None:
    """Prepare a fresh process: leave Ctrl-C to the coordinator, end with it, import the backend."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    set_threads(threads)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)


def train(setup: Path, trial: Trial) -> Outcome:
    """Run a trial of the set-up that the coordinator wrote to the file `setup`."""
    return _trainer(setup).run(trial)


@functools.lru_cache(maxsize=1)
def _trainer(setup: Path) -> Trainer:
    return pickle.loads(setup.read_bytes()).trainer()


def ready() -> bool:
    """Do nothing; the first call makes the process start."""
    return True

"""What commands share that train many trials: where, how many at once, and how they stop."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import sys
from collections.abc import Iterator

import click

store_option = click.option(
    "--store",
    help="The SQLite file or database URL that remembers every trial. Default: trials.sqlite in "
    "the output folder, of several tasks one for each.",
)
workers_option = click.option(
    "--workers",
    type=int,
    show_default="as many as the cores can feed, 1 with a GPU",
    help="Processes that train; 1 trains in this one.",
)
threads_option = click.option(
    "--threads", type=int, default=1, show_default=True, help="Threads a trial."
)
loop_option = click.option(
    "--loop",
    type=click.Choice(["graph", "xla", "scan", "step", "fit"]),
    help="The kind of training loop. Default: what suits the backend and the device.",
)


def usual_workers(threads: int) -> int:
    """Return how many workers this machine can feed, each with so many threads."""
    from paceline.trials import has_gpu, set_threads

    set_threads(threads)  # before the devices are looked at, which starts the backend
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return 1 if has_gpu() else max(1, (cores or 1) // threads)


def command_line() -> str:
    """Return the command that runs, as it can be pasted."""
    return shlex.join(["paceline", *(without_password(argument) for argument in sys.argv[1:])])


def without_password(text: str) -> str:
    """Return a text without the passwords of a URL in it."""
    text = re.sub(r"(://[^/@:]*:)[^@]*@", r"\1***@", text)
    return re.sub(r"([?&](?:ssl)?password=)[^&#]*", r"\1***", text)


@contextlib.contextmanager
def stops_kindly(store: str) -> Iterator[None]:
    """Say how to go on where the user stops the work, and exit with 130."""
    from paceline.execution import StoppedError

    try:
        yield
    except StoppedError as stopped:
        click.echo(
            f"{stopped} {without_password(store)} keeps what is done: run the same command again "
            "to go on.",
            err=True,
        )
        raise click.exceptions.Exit(130) from None

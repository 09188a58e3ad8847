"""The folder that a command writes to."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click


def out_option(what: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return the option --out of a command that writes `what`."""
    return click.option(
        "--out",
        type=click.Path(path_type=Path, file_okay=False),
        help=f"The folder for {what}. Default: paceline-out/TASK.",
    )


def check_folder(out: Path | None, *, option: str = "--out") -> None:
    """Check, before anything runs, that there can be a folder `out`, which `option` names.

    Raises:
        ValueError: it, or what it would lie in, is a file or can't be written to.
    """
    folder = out or Path("paceline-out")
    there = next(path for path in [folder, *folder.absolute().parents] if path.exists())
    if not there.is_dir():
        raise ValueError(f"{option} needs a folder; {str(there)!r} is a file. Name another.")
    if not os.access(there, os.W_OK | os.X_OK):
        raise ValueError(
            f"{option} needs a folder to write to; {str(there)!r} is none. Name another."
        )


def folder_of(task: str, out: Path | None) -> Path:
    """Return `out`, or the usual folder of `task`, whatever it is called."""
    from paceline.reporting import folder_names

    usual = task.replace(":", "-")
    return out or Path("paceline-out") / folder_names([usual])[usual]

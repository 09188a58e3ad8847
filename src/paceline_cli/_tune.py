"""`paceline tune`: the best schedule within a budget."""

from __future__ import annotations

import contextlib
import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from paceline_cli import _backend, _output
from paceline_cli._open import open_option
from paceline_cli._out_folder import check_folder, folder_of, out_option
from paceline_cli._task_argument import TaskArgument, read_task
from paceline_cli._tuning_files import deliver_tuning
from paceline_cli._users_errors import users_errors
from paceline_cli._work_options import (
    command_line,
    loop_option,
    stops_kindly,
    store_option,
    threads_option,
    usual_workers,
    without_password,
    workers_option,
)

if TYPE_CHECKING:
    from paceline.tuning import TuneResult


@click.command(
    epilog="""\b
Examples:
  paceline tune examples/01_digits.py --budget 60
  paceline tune task.py --budget 2h --workers 4
  paceline tune task.py --budget 60 --dry-run
  paceline tune task.py --budget 100 --families linear,cosine,wsd --peaks 0.01:1
  paceline tune my_package.tasks:small --budget 2h --store postgresql://me@host/trials
  paceline tune task.py --budget 200 --on ray://head:10001
"""
)
@click.argument("task")
@click.option(
    "--budget",
    required=True,
    help="What it may cost, the search included: full runs (60), updates ('50000 steps') or a time "
    "(2h, 90m).",
)
@click.option(
    "--families",
    metavar="NAME,...",
    help="Which families of schedules. Default: all eight; linear is always among them.",
)
@click.option(
    "--peaks",
    metavar="LOW:HIGH",
    help="The smallest and the largest peak. Default: a decade to each side of what 'paceline "
    "find' suggests.",
)
@click.option(
    "--confirm",
    type=float,
    default=0.5,
    show_default=True,
    help="The share of the budget that is kept for fresh seeds.",
)
@click.option("--metric", help="The validation metric that decides. Default: loss.")
@click.option(
    "--margin",
    type=float,
    help="The difference of the metric that does not matter. Default: as in 'paceline compare'.",
)
@click.option(
    "--seed",
    type=int,
    default=0,
    show_default=True,
    help="Of the search; the confirmation has those that follow.",
)
@store_option
@workers_option
@threads_option
@loop_option
@click.option(
    "--on",
    metavar="ADDRESS",
    help="The Ray cluster that trains: ray://HOST:10001, HOST:6379, or ray for one on this "
    "machine. --workers is then how many trials run at once.",
)
@click.option("--dry-run", is_flag=True, help="Print what would be done and its cost, and end.")
@out_option("the report, the schedule, charts and numbers")
@open_option
@_output.json_option
@click.pass_context
def tune(
    context: click.Context,
    /,
    task: str,
    families: str | None,
    peaks: str | None,
    store: str | None,
    workers: int | None,
    dry_run: bool,
    out: Path | None,
    open_it: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Find the best learning-rate schedule of a task within a budget, and confirm it.

    TASK is FILE.py, FILE.py:function or package.module:function: a function that returns a
    paceline.Task. The search tries families of schedules over short horizons and the best over
    longer ones; the result is what the best few and a tuned linear decay give on fresh seeds. Run
    the same command again to go on where it was stopped: it ends with the same result.
    """
    for name, count in {"workers": workers, "threads": options["threads"]}.items():
        if count is not None and count < 1:
            raise ValueError(f"--{name} needs 1 or more; got {count}. Give 1, say.")
    if options["margin"] is not None and not 0 < options["margin"] < math.inf:
        raise ValueError(f"--margin needs more than 0; got {options['margin']}. Leave it out, say.")
    check_folder(out)
    asked = {
        **options,
        **({} if families is None else {"families": _names(families)}),
        "peaks": _peaks(peaks),
    }
    _backend.start_keras()
    with contextlib.redirect_stdout(sys.stderr):  # what the user's code prints is no result
        found = read_task(task)
        if dry_run:
            text = _outlook(found, asked)
        else:
            folder = folder_of(found.name, out)
            place = store or str(folder / "trials.sqlite")
            result = _run(found, place, workers, asked)
    if dry_run:
        _output.console().print(text)
        return
    deliver_tuning(result, folder, as_json=as_json, open_it=open_it)
    if not as_json:
        click.echo(
            f"Every trial and decision is kept in {without_password(place)}: the same command ends "
            "with the same result."
        )


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _peaks(text: str | None) -> tuple[float, float] | None:
    if text is None:
        return None
    try:
        low, high = map(float, text.split(":"))
    except ValueError:
        raise ValueError(
            f"--peaks needs LOW:HIGH; got {text!r}. Give two rates, such as --peaks 0.01:1."
        ) from None
    return low, high


def _outlook(found: TaskArgument, asked: dict[str, Any]) -> Any:
    from paceline.trials import resolve_task
    from paceline.tuning import FAMILIES, outlook_table

    with users_errors(f"The task {found.name}"):
        horizon = int(resolve_task(found.make).horizon)
    return outlook_table(
        asked["budget"],
        horizon=horizon,
        families=asked.get("families", tuple(FAMILIES)),
        peaks=asked["peaks"],
        confirm=asked["confirm"],
    )


def _run(found: TaskArgument, store: str, workers: int | None, asked: dict[str, Any]) -> TuneResult:
    import paceline

    count = workers or (None if asked["on"] else usual_workers(asked["threads"]))
    with stops_kindly(store), users_errors(f"The task {found.name}"):
        return paceline.tune(
            found.make,
            store=store,
            workers=count,
            name=found.name,
            command=command_line(),
            **asked,
        )

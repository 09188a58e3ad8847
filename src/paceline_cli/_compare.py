"""`paceline compare`: schedules on the user's own task."""

from __future__ import annotations

import contextlib
import math
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from paceline_cli import _backend, _output
from paceline_cli._comparison_files import (
    check_tensorboard_folder,
    deliver,
    tensorboard_option,
)
from paceline_cli._open import open_option
from paceline_cli._out_folder import check_folder, folder_of, out_option
from paceline_cli._peak import Peak, call_with_peak, read_peak, read_with_peak
from paceline_cli._several_tasks import deliver_several
from paceline_cli._task_argument import TaskArgument, read_task
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
    from paceline.comparison import ComparisonResult


@click.command(
    epilog="""\b
Examples:
  paceline compare examples/01_digits.py
  paceline compare task.py --schedule "cosine(peak=1e-2)" --schedule "wsd=wsd(peak=1e-2)"
  paceline compare task.py --peak auto --schedule "cosine()" --schedule "wsd()"
  paceline compare my_package.tasks:small --seeds 12 --baseline cosine --metric accuracy
  paceline compare digits.py mnist.py text.py --out three --open
"""
)
@click.argument("task", nargs=-1, required=True)
@click.option(
    "--schedule",
    "-s",
    "schedules",
    multiple=True,
    help="NAME=EXPRESSION, an expression or a JSON file; may be given several times. Default: what "
    "the function schedules() beside the task returns.",
)
@click.option(
    "--peak",
    metavar="auto|NUMBER",
    help="The peak of every schedule that leaves it out, such as "
    "\"cosine()\", and of schedules(peak) beside the task. auto: what 'paceline find' suggests.",
)
@click.option("--seeds", type=int, default=8, show_default=True, help="How many seeds.")
@click.option("--baseline", help="The schedule the others are compared with. Default: the first.")
@click.option("--metric", help="The validation metric that decides. Default: loss.")
@click.option(
    "--target",
    type=float,
    help="The validation loss that 'steps to target' counts to. "
    "Default: what the baseline reaches at 90 % of its descent.",
)
@click.option(
    "--margin",
    type=float,
    help="The difference of the metric that does not matter: within it schedules are practically "
    "equal. Default: 0.005 for a metric in [0, 1], 1 % of the baseline's descent for a loss.",
)
@click.option(
    "--a-a",
    is_flag=True,
    help="Train the baseline once more, on other seeds, and compare it with itself: the noise "
    "floor.",
)
@store_option
@workers_option
@threads_option
@loop_option
@out_option("the report, charts and numbers")
@open_option
@tensorboard_option
@_output.json_option
@click.pass_context
def compare(
    context: click.Context,
    /,
    task: tuple[str, ...],
    schedules: tuple[str, ...],
    peak: str | None,
    store: str | None,
    out: Path | None,
    open_it: bool,
    tensorboard: Path | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Compare learning-rate schedules on a task, over paired seeds.

    TASK is FILE.py, FILE.py:function or package.module:function: a function that returns a
    paceline.Task. Run the same command again to go on where it was stopped: no trial that is done
    runs twice. Several tasks get a report each, and one over all.
    """
    _check(options)
    check_folder(out)
    wanted = read_peak(peak)
    _backend.start_keras()
    check_tensorboard_folder(tensorboard)
    with contextlib.redirect_stdout(sys.stderr):  # what the user's code prints is no result
        found = _read_tasks(task)
        folders = _folders(found, out)
        places = {name: store or str(folder / "trials.sqlite") for name, folder in folders.items()}
        results = {
            each.name: _run(
                each,
                _schedules(each, schedules, wanted, options["threads"]),
                places[each.name],
                options,
            )
            for each in found
        }
    if len(results) == 1:
        [(name, result)] = results.items()
        written = deliver(
            result, folders[name], as_json=as_json, open_it=open_it, tensorboard=tensorboard
        )
    else:
        written = deliver_several(
            results, folders, as_json=as_json, open_it=open_it, tensorboard=tensorboard
        )
    if not written:
        context.exit(1)
    if not as_json:
        kept = ", ".join(dict.fromkeys(map(without_password, places.values())))
        click.echo(
            f"Every trial is kept in {kept}: the same command, also with more seeds or schedules, "
            "runs only what is new."
        )
    if any(not outcome.is_result for result in results.values() for outcome in result.outcomes):
        context.exit(1)


def _read_tasks(texts: tuple[str, ...]) -> list[TaskArgument]:
    found = [read_task(text) for text in texts]
    names = [each.name for each in found]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ValueError(
            f"Two of the tasks are called {twice!r}, and the report could not tell them apart. "
            "Rename a file, or name the tasks' functions: FILE.py:FUNCTION."
        )
    return found


def _folders(found: list[TaskArgument], out: Path | None) -> dict[str, Path]:
    from paceline.reporting import folder_names

    if len(found) == 1:
        return {found[0].name: folder_of(found[0].name, out)}
    whole = folder_of("+".join(each.name for each in found), out)
    own = folder_names([each.name.replace(":", "-") for each in found])
    return {each.name: whole / own[each.name.replace(":", "-")] for each in found}


def _check(options: Mapping[str, Any]) -> None:
    for name, usual in {"seeds": 8, "workers": 2, "threads": 1}.items():
        if options[name] is not None and options[name] < 1:
            raise ValueError(f"--{name} needs 1 or more; got {options[name]}. Give {usual}, say.")
    if options["target"] is not None and not math.isfinite(options["target"]):
        raise ValueError(f"--target needs a number; got {options['target']}. Leave it out, say.")
    if options["margin"] is not None and not 0 < options["margin"] < math.inf:
        raise ValueError(f"--margin needs more than 0; got {options['margin']}. Leave it out, say.")


def _schedules(
    found: TaskArgument, texts: tuple[str, ...], peak: Peak, threads: int
) -> Mapping[str, Any]:
    if texts:
        return read_with_peak(texts, peak, found, threads=threads)
    if found.schedules is None:
        raise ValueError(
            f"Nothing says what to compare: {found.name} has no function schedules(). Define one "
            'that returns {"name": schedule, ...}, or give --schedule "cosine(peak=1e-2)".'
        )
    return call_with_peak(peak, found, threads=threads)


def _run(
    found: TaskArgument, schedules: Mapping[str, Any], store: str, options: dict[str, Any]
) -> ComparisonResult:
    import paceline

    workers = options["workers"] or usual_workers(options["threads"])
    with stops_kindly(store), users_errors(f"The task {found.name}"):
        return paceline.compare(
            found.make,
            schedules,
            store=store,
            name=found.name,
            command=command_line(),
            **(options | {"workers": workers}),
        )

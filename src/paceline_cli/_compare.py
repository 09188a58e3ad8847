"""`paceline compare`: schedules on the user's own task."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from paceline_cli import _backend, _output
from paceline_cli._schedules_argument import read_schedules
from paceline_cli._task_argument import TaskArgument, explained, read_task

if TYPE_CHECKING:
    from paceline.comparison import ComparisonResult


@click.command(
    epilog="""\b
Examples:
  paceline compare examples/01_digits.py
  paceline compare task.py --schedule "cosine(peak=1e-2)" --schedule "wsd=wsd(peak=1e-2)"
  paceline compare my_package.tasks:small --seeds 12 --baseline cosine --metric accuracy
"""
)
@click.argument("task")
@click.option(
    "--schedule",
    "-s",
    "schedules",
    multiple=True,
    help="NAME=EXPRESSION, an expression or a JSON file; may be given several times. Default: what "
    "the function schedules() beside the task returns.",
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
    "--store",
    help="The SQLite file or database URL that remembers every trial. Default: trials.sqlite in "
    "the output folder.",
)
@click.option(
    "--workers",
    type=int,
    default=lambda: os.cpu_count() or 1,
    show_default="one a core",
    help="Processes that train; 1 trains in this one.",
)
@click.option("--threads", type=int, default=1, show_default=True, help="Threads a trial.")
@click.option(
    "--loop",
    type=click.Choice(["graph", "xla", "scan", "step", "fit"]),
    help="The kind of training loop. Default: what suits the backend and the device.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder for the report, charts and numbers. Default: paceline-out/TASK.",
)
@_output.json_option
@click.pass_context
def compare(
    context: click.Context,
    /,
    task: str,
    schedules: tuple[str, ...],
    store: str | None,
    out: Path | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Compare learning-rate schedules on a task, over paired seeds.

    TASK is FILE.py, FILE.py:function or package.module:function: a function that returns a
    paceline.Task. Run the same command again to go on where it was stopped: no trial that is done
    runs twice.
    """
    _check(options)
    _backend.start_keras()
    found = read_task(task)
    chosen = _schedules(found, schedules)
    folder = out or Path("paceline-out") / found.name.replace(":", "-")
    folder.mkdir(parents=True, exist_ok=True)
    place = store or str(folder / "trials.sqlite")
    result = _run(context, found, chosen, place, options)
    files = _write(result, folder)
    if as_json:
        _output.print_json({**result.to_dict(), "files": [str(path) for path in files]})
    else:
        _print(result, files, place)
    if any(not outcome.is_result for outcome in result.outcomes):
        context.exit(1)


def _check(options: Mapping[str, Any]) -> None:
    for name in ("seeds", "workers", "threads"):
        if options[name] < 1:
            raise ValueError(f"--{name} needs 1 or more; got {options[name]}. Give 8, say.")


def _schedules(found: TaskArgument, texts: tuple[str, ...]) -> Mapping[str, Any]:
    if texts:
        return read_schedules(texts)
    if found.schedules is None:
        raise ValueError(
            f"Nothing says what to compare: {found.name} has no function schedules(). Define one "
            'that returns {"name": schedule, ...}, or give --schedule "cosine(peak=1e-2)".'
        )
    return explained(found.schedules, "schedules()")


def _run(
    context: click.Context,
    found: TaskArgument,
    schedules: Mapping[str, Any],
    store: str,
    options: dict[str, Any],
) -> ComparisonResult:
    import dataclasses

    import paceline
    from paceline.execution import StoppedError

    try:
        result = paceline.compare(found.make, schedules, store=store, name=found.name, **options)
    except StoppedError as stopped:
        click.echo(f"{stopped} Run the same command again to go on; {store} keeps it.", err=True)
        context.exit(130)
    return dataclasses.replace(result, command=shlex.join(["paceline", *sys.argv[1:]]))


def _write(result: ComparisonResult, folder: Path) -> list[Path]:
    from paceline.reporting import report, write_charts

    return [
        report(result, folder / "report.html"),
        *write_charts(result, folder),
        result.to_csv(folder / "results.csv"),
    ]


def _print(result: ComparisonResult, files: list[Path], store: str) -> None:
    console = _output.console()
    console.print(result.verdict)
    console.print(result.table())
    for outcome in result.outcomes:
        if outcome.error:
            console.print(
                f"{outcome.variant}, seed {outcome.seed} {outcome.status}: {outcome.error}"
            )
    click.echo("Wrote " + ", ".join(str(path) for path in files))
    click.echo(
        f"Every trial is kept in {store}: run the same command again to go on after a stop, with "
        "more seeds or with other schedules."
    )

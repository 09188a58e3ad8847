"""`paceline find`: the learning-rate range test."""

from __future__ import annotations

import contextlib
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from paceline_cli import _backend, _output
from paceline_cli._open import open_option, open_page
from paceline_cli._out_folder import check_folder, folder_of, out_option
from paceline_cli._range_test import range_test
from paceline_cli._task_argument import read_task
from paceline_cli._write_whole import write_whole

if TYPE_CHECKING:
    from paceline.range_test import RangeTestResult


@click.command(
    epilog="""\b
Examples:
  paceline find examples/01_digits.py
  paceline find task.py --repeats 3
  paceline find my_package.tasks:small --method sweep --high 1 --json
"""
)
@click.argument("task")
@click.option(
    "--method",
    type=click.Choice(["replay", "sweep"]),
    default="replay",
    show_default=True,
    help="replay: every rate from the same start, on the same batches. sweep: one training whose "
    "rate rises at every update, with the rules of other tools beside.",
)
@click.option("--low", type=float, default=1e-6, show_default=True, help="The smallest rate.")
@click.option("--high", type=float, default=10.0, show_default=True, help="The largest rate.")
@click.option(
    "--repeats",
    type=int,
    default=1,
    show_default=True,
    help="How many times, on other batches each; several say how far the answer can be trusted.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Fixes weights and batches.")
@out_option("the page and the picture")
@open_option
@_output.json_option
@click.pass_context
def find(
    context: click.Context,
    /,
    task: str,
    out: Path | None,
    open_it: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Find how large the learning rate may be, and how sure that is.

    TASK is FILE.py, FILE.py:function or package.module:function: a function that returns a
    paceline.Task. The exit code is 1 where there is no suggestion; the reason is printed.
    """
    check_folder(out)
    _backend.start_keras()
    with contextlib.redirect_stdout(sys.stderr):  # what the user's code prints is no result
        found = read_task(task)
        result = range_test(found, **options)
    files = write_whole(folder_of(found.name, out), lambda place: _write(result, place, found.name))
    if as_json:
        names = [str(path) for path in files]
        _output.print_json({"task": found.name, **result.to_dict(), "files": names})
    else:
        click.echo(result.sketch())
        click.echo("\nWrote " + ", ".join(str(path) for path in files))
        if result.suggestion is not None:
            click.echo(_next_step(task, result.suggestion.rate))
    if open_it:
        open_page(files[0])
    if result.suggestion is None:
        context.exit(1)


def _next_step(task: str, rate: float) -> str:
    from paceline.charts import rate_text

    name = shlex.quote(task)
    return (
        "Next, compare schedules at this peak, or search for the best one:\n"
        f'  paceline compare {name} --peak {rate_text(rate)} -s "cosine()" -s "wsd()"\n'
        f"  paceline tune {name} --budget 60"
    )


def _write(result: RangeTestResult, folder: Path, name: str) -> list[Path]:
    from paceline.charts import save_chart
    from paceline.reporting import report

    files = [report(result, folder / "find.html", name=name)]
    if result.measured:
        files.append(save_chart(result.chart(), folder / "find.png"))
    return files

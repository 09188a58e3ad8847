"""`paceline report`: the report of a comparison or a search, from its store."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import click

from paceline_cli import _backend, _output
from paceline_cli._comparison_files import (
    check_tensorboard_folder,
    deliver,
    tensorboard_option,
)
from paceline_cli._open import open_option
from paceline_cli._out_folder import check_folder, folder_of, out_option
from paceline_cli._tuning_files import deliver_tuning

if TYPE_CHECKING:
    from paceline.comparison import ComparisonResult


@click.command(
    epilog="""\b
Examples:
  paceline report paceline-out/task/trials.sqlite --open
  paceline report mine.sqlite theirs.sqlite --out together
  paceline report postgresql://me@host/trials --task digits --json
"""
)
@click.argument("store", nargs=-1, required=True)
@click.option(
    "--task",
    metavar="NAME",
    help="Which task, where the store holds several. Default: the only one.",
)
@out_option("the report, charts and numbers")
@open_option
@tensorboard_option
@_output.json_option
@click.pass_context
def report(
    context: click.Context,
    /,
    store: tuple[str, ...],
    task: str | None,
    out: Path | None,
    open_it: bool,
    tensorboard: Path | None,
    as_json: bool,
) -> None:
    """Rebuild the report of a comparison or a search from its store, without training.

    STORE is the SQLite file or database URL that 'paceline compare' or 'paceline tune' wrote:
    --store, or trials.sqlite in its output folder. It may be read while the comparison still runs.
    Several stores of one task, from several machines, make one report of all their schedules and
    seeds.
    """
    check_folder(out)
    _backend.start_keras(lightest=True)
    check_tensorboard_folder(tensorboard)
    if len(store) == 1 and _deliver_search(store[0], task, out, as_json, open_it):
        return
    result = _load(store, task)
    folder = folder_of(result.task, out)
    if not deliver(result, folder, as_json=as_json, open_it=open_it, tensorboard=tensorboard):
        context.exit(1)


def _deliver_search(
    store: str, task: str | None, out: Path | None, as_json: bool, open_it: bool
) -> bool:
    """Report the search that ended last in a store; False where that was a comparison."""
    from paceline.tuning import holds_tuning, load_tuning

    if not holds_tuning(store, task=task):
        return False
    result = load_tuning(store, task=task)
    deliver_tuning(result, folder_of(result.task, out), as_json=as_json, open_it=open_it)
    return True


def _load(stores: tuple[str, ...], task: str | None) -> ComparisonResult:
    from paceline.comparison import load_comparison

    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", UserWarning)
        result = load_comparison(*stores, task=task)
    for each in told:
        _output.note(str(each.message))
    return result

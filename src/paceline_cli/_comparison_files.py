"""What `compare` and `report` make of a comparison: files, a table, JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from paceline_cli import _output
from paceline_cli._open import open_page
from paceline_cli._out_folder import check_folder
from paceline_cli._write_whole import write_whole

if TYPE_CHECKING:
    from paceline.comparison import ComparisonResult

tensorboard_option = click.option(
    "--tensorboard",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Also write every trial's curves into this folder, for TensorBoard. A run that is there "
    "from before, of the same schedule and seed, is replaced.",
)


def check_tensorboard_folder(folder: Path | None) -> None:
    """Check, before anything runs, that curves can be written into `folder`, if it is asked for.

    Raises:
        ValueError: TensorBoard is missing, or there can be no such folder.
    """
    if folder is None:
        return
    from paceline.reporting import check_tensorboard

    check_folder(folder, option="--tensorboard")
    try:
        check_tensorboard()
    except ImportError as error:
        raise ValueError(str(error)) from error


def deliver(
    result: ComparisonResult,
    folder: Path,
    *,
    as_json: bool,
    open_it: bool,
    tensorboard: Path | None,
) -> bool:
    """Write the files of `result` into `folder` and print it; False, and an error, without any."""
    from paceline.reporting import write_tensorboard

    if not any(outcome.is_result for outcome in result.outcomes):
        _output.fail(_nothing_ran(result), as_json=as_json)
        return False
    files = write_whole(folder, lambda place: _write(result, place))
    runs = [] if tensorboard is None else write_tensorboard(result, tensorboard)
    if as_json:
        _output.print_json({**result.to_dict(), "files": [str(path) for path in (*files, *runs)]})
    else:
        _print(result)
        click.echo("Wrote " + ", ".join(str(path) for path in files))
        if runs:
            click.echo(
                f"Wrote {len(runs)} runs for TensorBoard: tensorboard --logdir {tensorboard}"
            )
    if open_it:
        open_page(files[0])
    return True


def _nothing_ran(result: ComparisonResult) -> str:
    count = len(result.outcomes)
    if not count:
        return (
            "No trial of this comparison has ended yet; nothing was written. Run the same "
            "'paceline compare' command to go on."
        )
    first = result.outcomes[0]
    return (
        f"{'The only trial' if count == 1 else f'All {count} trials'} failed; nothing was written. "
        f"The first, {first.variant!r} with seed {first.seed}: {first.error}"
    )


def _write(result: ComparisonResult, folder: Path) -> list[Path]:
    from paceline.reporting import report, write_charts

    return [
        report(result, folder / "report.html"),
        *write_charts(result, folder),
        result.to_csv(folder / "results.csv"),
    ]


def _print(result: ComparisonResult) -> None:
    console = _output.console()
    console.print(result.verdict)
    console.print(result.table())
    for outcome in result.outcomes:
        if outcome.error:
            console.print(
                f"{outcome.variant}, seed {outcome.seed} {outcome.status}: {outcome.error}"
            )

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
    if failure := nothing_ran(result):
        _output.fail(failure, as_json=as_json)
        return False
    files = write_files(result, folder, tensorboard)
    if as_json:
        _output.print_json({**result.to_dict(), "files": [str(path) for path in files]})
    else:
        print_result(result)
        print_files(files, tensorboard)
    if open_it:
        open_page(files[0])
    return True


def write_files(result: ComparisonResult, folder: Path, tensorboard: Path | None) -> list[Path]:
    """Write the report, which is the first of the paths returned, and all the rest."""
    from paceline.reporting import write_tensorboard

    files = write_whole(folder, lambda place: _write(result, place))
    return [*files, *([] if tensorboard is None else write_tensorboard(result, tensorboard))]


def nothing_ran(result: ComparisonResult) -> str:
    """Return what to say where no trial has a result; nothing where one has."""
    if any(outcome.is_result for outcome in result.outcomes):
        return ""
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


def print_files(files: list[Path], tensorboard: Path | None) -> None:
    """Say what was written, the runs for TensorBoard as one."""
    runs = [] if tensorboard is None else [path for path in files if tensorboard in path.parents]
    click.echo("Wrote " + ", ".join(str(path) for path in files if path not in runs))
    if runs:
        click.echo(f"Wrote {len(runs)} runs for TensorBoard: tensorboard --logdir {tensorboard}")


def print_result(result: ComparisonResult) -> None:
    """Print the verdict, the table and what failed."""
    console = _output.console()
    console.print(result.verdict)
    console.print(result.table())
    for outcome in result.outcomes:
        if outcome.error:
            console.print(
                f"{outcome.variant}, seed {outcome.seed} {outcome.status}: {outcome.error}"
            )

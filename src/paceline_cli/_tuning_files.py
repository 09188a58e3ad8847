"""What `tune` and `report` make of a search: files, text, JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from paceline_cli import _output
from paceline_cli._open import open_page
from paceline_cli._write_whole import write_whole

if TYPE_CHECKING:
    from paceline.tuning import TuneResult


_SCHEDULE = "schedule.json"


def deliver_tuning(result: TuneResult, folder: Path, *, as_json: bool, open_it: bool) -> None:
    """Write the files of a search into `folder` and print what it found."""
    files = write_whole(folder, lambda inside: _write(result, inside))
    if as_json:
        _output.print_json({**result.to_dict(), "files": [str(path) for path in files]})
    else:
        _print(result)
        click.echo("Wrote " + ", ".join(str(path) for path in files))
        file = next(str(path) for path in files if path.name == _SCHEDULE)
        click.echo(
            f"To train with it: schedule = paceline.load_schedule({file!r}); "
            "model.compile(optimizer(schedule), ...)"
        )
    if open_it:
        open_page(files[0])


def _write(result: TuneResult, folder: Path) -> list[Path]:
    from paceline.reporting import report, write_charts

    found = [
        report(result, folder / "report.html"),
        result.save(folder / _SCHEDULE),
        *write_charts(result, folder),
        result.to_csv(folder / "search.csv"),
    ]
    if result.confirmation is not None:
        found.append(result.confirmation.to_csv(folder / "results.csv"))
    return found


def _print(result: TuneResult) -> None:
    console = _output.console()
    console.print(result.verdict)
    if result.confirmation is not None:
        console.print(result.confirmation.table())
    console.print("The best schedule, as a line of Python:")
    console.print(f"  {result.best.code}", soft_wrap=True)

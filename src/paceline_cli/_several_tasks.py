"""What `compare` makes of several tasks: a report each, and one over all."""

from __future__ import annotations

import urllib.parse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from paceline_cli import _output
from paceline_cli._comparison_files import nothing_ran, print_files, print_result, write_files
from paceline_cli._open import open_page
from paceline_cli._write_whole import write_whole

if TYPE_CHECKING:
    from paceline.comparison import ComparisonResult


def deliver_several(
    results: Mapping[str, ComparisonResult],
    folders: Mapping[str, Path],
    *,
    as_json: bool,
    open_it: bool,
    tensorboard: Path | None,
) -> bool:
    """Write each task's files into its folder and one report beside them; False without any."""
    from paceline.comparison import SeveralTasks
    from paceline.reporting import report

    for name, result in results.items():
        if failure := nothing_ran(result):
            _output.fail(f"{name}: {failure}", as_json=as_json)
            return False
    several = SeveralTasks(results=dict(results))
    whole = next(iter(folders.values())).parent
    files = []
    for name, result in results.items():
        runs = None if tensorboard is None else tensorboard / folders[name].name
        files += write_files(result, folders[name], runs)
    links = {
        name: f"{urllib.parse.quote(folder.name)}/report.html" for name, folder in folders.items()
    }
    pages = write_whole(whole, lambda place: [report(several, place / "report.html", links=links)])
    if as_json:
        paths = [str(path) for path in (*pages, *files)]
        _output.print_json({**several.to_dict(), "files": paths})
    else:
        console = _output.console()
        for name, result in results.items():
            console.print(f"{name}:", style="bold")
            print_result(result)
        console.print(" ".join(several.verdict_sentences))
        print_files([*pages, *files], tensorboard)
    if open_it:
        open_page(pages[0])
    return True

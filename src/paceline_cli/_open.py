"""Shows a page in the browser."""

import webbrowser
from pathlib import Path

import click

from paceline_cli import _output

open_option = click.option(
    "--open", "open_it", is_flag=True, help="Open the page in the browser when it is written."
)


def open_page(page: Path) -> None:
    """Open `page` in the browser, or say that there is none."""
    try:
        opened = webbrowser.open(page.resolve().as_uri())
    except (webbrowser.Error, OSError):
        opened = False
    if not opened:
        _output.note(f"No browser was found: open {page.resolve()} in one.")

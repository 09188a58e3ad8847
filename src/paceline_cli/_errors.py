"""Expected errors become one line on stderr and exit code 2; bugs keep their traceback."""

import os
import sys
import traceback
from collections.abc import Callable, Sequence
from typing import Any

import click

from paceline_cli import _output

DEBUG_VARIABLE = "PACELINE_DEBUG"

_EXPECTED = (ValueError, TypeError, OSError, click.ClickException)
_REFUSED, _INTERRUPTED = 2, 130


def run_and_report(run: Callable[[], Any], arguments: Sequence[str]) -> int:
    """Return the exit code of `run`, a command called with `arguments`, having told its error."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal that can't show a letter shows "?"
            stream.reconfigure(errors="replace")
    try:
        code = run()
        sys.stdout.flush()
    except click.Abort:
        click.echo("Stopped.", err=True)
        return _INTERRUPTED
    except _EXPECTED as error:
        if "--debug" in arguments or os.environ.get(DEBUG_VARIABLE, "0") not in {"", "0"}:
            traceback.print_exc()
        _output.fail(_one_line(error), as_json="--json" in arguments)
        return _REFUSED
    return code if isinstance(code, int) else 0


def _one_line(error: BaseException) -> str:
    if isinstance(error, click.UsageError) and error.ctx is not None:
        text = f"{error.format_message()} See '{error.ctx.command_path} --help'."
    elif isinstance(error, click.ClickException):
        text = error.format_message()
    elif isinstance(error, OSError) and error.strerror:
        where = "" if error.filename is None else f": {os.fsdecode(error.filename)!r}"
        text = f"{error.strerror}{where}. {_way_out(error)}"
    else:
        text = str(error)
    return " ".join(text.split()) or type(error).__name__


def _way_out(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "Choose a place that you may read and write."
    if isinstance(error, FileNotFoundError | NotADirectoryError | IsADirectoryError):
        return "Check the path."
    return "Make room or choose another place, then run the command again."

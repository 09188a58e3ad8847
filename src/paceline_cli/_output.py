"""What every command prints with: JSON, a console of plain text, and notes on stderr."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console

_NARROWEST = 24
"""Columns that a step and a rate need; COLUMNS=0 is met, and would print nothing."""

json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object instead of text."
)


def print_json(body: Mapping[str, Any]) -> None:
    """Print `body` as strict JSON on stdout; a number that is not finite becomes null."""
    click.echo(json.dumps(_finite(body), indent=2, allow_nan=False))


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _finite(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def console() -> Console:
    """Return rich's console on stdout; a user's text is never read as markup or emoji."""
    from rich.console import Console

    made = Console(markup=False, emoji=False, highlight=False)
    made.width = max(made.width, _NARROWEST)
    return made


def note(text: str) -> None:
    """Say on stderr what the user should know, so that stdout stays what was asked for."""
    click.echo(f"Note: {text}", err=True)


def fail(message: str, *, as_json: bool) -> None:
    """Say on stderr what went wrong, and with `as_json` on stdout too."""
    if as_json:
        click.echo(json.dumps({"error": message}))
    click.echo(f"Error: {message}", err=True)

"""The command line."""

from paceline_cli._main import main

__all__ = ["main"]

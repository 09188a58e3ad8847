"""`paceline doctor`: checks that this machine is ready to train."""

import shutil
import textwrap
from collections.abc import Sequence

import click

from paceline_cli import _output
from paceline_cli._check import Check, Status

_COLOURS: dict[Status, str] = {"ok": "green", "warn": "yellow", "fail": "red"}
_INDENT = 19


@click.command(
    epilog="""\b
Examples:
  paceline doctor
  KERAS_BACKEND=jax paceline doctor --json
"""
)
@_output.json_option
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> None:
    """Check that Python, Keras and its backend are ready to train.

    Trains a tiny model for one step on the configured backend, as it is and compiled, and compares
    the numbers with those worked out by hand. The exit code is 1 when a check failed.
    """
    from paceline_cli import _doctor_backend, _doctor_install, _doctor_machine

    checks = [*_doctor_install.checks(), *_doctor_machine.checks()]
    if not as_json:
        _print(checks)  # now: the next ones take seconds
    trained = _doctor_backend.checks(checks)
    checks += trained
    failed = any(check.status == "fail" for check in checks)
    if as_json:
        shown = [vars(check) for check in checks]
        _output.print_json({"ready": not failed, "checks": shown})
    else:
        _print(trained)
        _print_verdict(checks)
    ctx.exit(1 if failed else 0)


def _print(checks: Sequence[Check]) -> None:
    width = max(shutil.get_terminal_size().columns - _INDENT, 30)
    for check in checks:
        mark = click.style(f"{check.status:<5}", fg=_COLOURS[check.status], bold=True)
        first, *rest = textwrap.wrap(check.found, width) or [""]
        remedy = textwrap.wrap(check.remedy, width, break_on_hyphens=False)
        click.echo(f"{mark} {check.name:<{_INDENT - 7}} {first}")
        for line in (*rest, *remedy):
            click.echo(" " * _INDENT + line)


def _print_verdict(checks: Sequence[Check]) -> None:
    failed, warned = (
        sum(check.status == status for check in checks) for status in ("fail", "warn")
    )
    verdict = "Not ready" if failed else "Ready to train"
    click.echo(f"\n{verdict}: {failed} failed, {warned} warned, of {len(checks)} checks.")

"""`paceline diagnose`: reads a training's health off its logged curves."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from paceline_cli import _backend, _output
from paceline_cli._logged_trial import is_store, read_trial
from paceline_cli._schedules_argument import read_schedules

if TYPE_CHECKING:
    from paceline.health import Curves, Finding
    from paceline.schedules import Schedule

_WIDTH = 60
_NEEDED = {
    "the rate": "a decay that comes too early or not at all, or a missing warm-up (--schedule)",
    "the validation loss": "overfitting",
}
"""What can't be seen without it."""


@click.command(
    epilog="""\b
Examples:
  paceline diagnose history.csv
  paceline diagnose history.csv --schedule "cosine(peak=1e-2)" --steps 4000
  paceline diagnose logs/
  paceline diagnose trials.sqlite --trial "wsd/0" --json
"""
)
@click.argument("logged")
@click.option("--trial", help="The trial of a store, as VARIANT/SEED.")
@click.option(
    "--schedule", help="The schedule, as an expression or a file, where the rate was not logged."
)
@click.option(
    "--steps",
    type=click.IntRange(min=1),
    help="How many updates the training was to make. Default: those that are logged.",
)
@_output.json_option
def diagnose(
    logged: str, trial: str | None, schedule: str | None, steps: int | None, as_json: bool
) -> None:
    """Say what is wrong in a training, by its logged curves.

    LOGGED is a CSV file, such as keras.callbacks.CSVLogger writes; a TensorBoard folder; or a store
    of trials, with --trial. The likeliest cause comes first, with the evidence and one change.
    """
    _backend.start_keras(lightest=True)
    from paceline.health import diagnose as find_causes
    from paceline.health import read_curves

    curves = read_curves(
        logged if trial is None and not is_store(logged) else read_trial(logged, trial),
        schedule=None if schedule is None else _schedule(schedule),
        steps=steps,
    )
    findings = find_causes(curves)
    if as_json:
        _output.print_json(_as_json(curves, findings))
    else:
        _print(curves, findings)


def _schedule(text: str) -> Schedule:
    return next(iter(read_schedules([text]).values()))


def _as_json(curves: Curves, findings: Sequence[Finding]) -> dict[str, Any]:
    return {
        "source": os.fspath(curves.source),
        "unit": curves.unit,
        "losses": len(curves.losses),
        "first": float(curves.losses[0]),
        "last": float(curves.losses[-1]),
        "unknown": list(curves.unknown),
        "findings": [vars(each) for each in findings],
    }


def _print(curves: Curves, findings: Sequence[Finding]) -> None:
    from paceline.charts import sparkline

    console = _output.console()
    width = max(1, min(_WIDTH, console.width - len("validation ")))
    for name, values in (
        ("loss", curves.losses),
        ("validation", curves.validation),
        ("rate", curves.rates),
    ):
        if values is not None:
            console.print(f"{name:<10} {sparkline(values, width=width)}")
            most = f", {values.max():.4g} at most" if name == "rate" else ""
            console.print(
                f"{'':<10} {values[0]:.4g} to {values[-1]:.4g}{most}, {len(values):,} logged"
            )
    console.print()
    for each in findings:
        console.print(f"{each.name}, confidence {each.confidence:.2f}", style="bold")
        console.print(f"{each}\n")
    if not findings:
        console.print("Nothing is wrong that can be seen in these curves.")
    for name in curves.unknown:
        _output.note(f"{name} was not logged, so that nothing can be said of {_NEEDED[name]}.")

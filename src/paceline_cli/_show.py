"""`paceline show`: draws schedules."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from paceline_cli import _backend, _output
from paceline_cli._schedules_argument import read_schedules

if TYPE_CHECKING:
    from paceline_cli._schedule_values import Drawn

_ENDINGS = (".png", ".svg", ".html")
_COLUMN, _STEP_COLUMN = 12, 14


def _check_ending(
    ctx: click.Context, parameter: click.Parameter, paths: tuple[Path, ...]
) -> tuple[Path, ...]:
    for path in paths:
        if path.suffix.lower() not in _ENDINGS:
            raise click.BadParameter(
                f"{str(path)!r} ends in none of {', '.join(_ENDINGS)}, which say what is drawn. "
                f"Try {str(path.with_name((path.stem or 'schedules') + '.png'))!r}."
            )
    return paths


@click.command(
    epilog="""\b
Examples:
  paceline show "wsd(peak=3e-4, steps=10_000, warmup=0.05)"
  paceline show "a=cosine(peak=1e-2)" "b=wsd(peak=1e-2)" --steps 2000 --out both.png
  paceline show schedule.json --json
"""
)
@click.argument("schedule", nargs=-1, required=True)
@click.option(
    "--steps",
    type=click.IntRange(min=1),
    help="The horizon in updates, which binds recipes without steps. "
    "Default: the longest schedule's length, or 1000 where none has one.",
)
@click.option(
    "--rows",
    type=click.IntRange(min=2),
    default=11,
    show_default=True,
    help="How many evenly spaced steps the table of values has, beside the steps at which "
    "another segment begins.",
)
@click.option(
    "--out",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    callback=_check_ending,
    help="Write the chart to this file: .png, .svg or .html. May be given several times.",
)
@_output.json_option
def show(
    schedule: tuple[str, ...],
    steps: int | None,
    rows: int,
    out: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Draw learning-rate schedules and print a table of their values.

    SCHEDULE is NAME=EXPRESSION, or an EXPRESSION alone (its name is then its text), or a JSON file
    that paceline.save_schedule wrote.
    """
    _backend.start_keras(lightest=True)
    from paceline_cli import _schedule_values

    schedules = read_schedules(schedule)
    drawn = _schedule_values.draw(schedules, steps=steps, rows=rows)
    if steps is None and _schedule_values.horizon_of(schedules) is None:
        _output.note(
            f"No schedule has a length: drawn over {len(drawn[0].rates):,} steps (--steps)."
        )
    for path in out:
        _write(drawn, path)
    if as_json:
        _output.print_json(_as_json(drawn, out))
        return
    _print(drawn)
    for path in out:
        click.echo(f"Wrote {path}")


def _write(drawn: Sequence[Drawn], path: Path) -> None:
    from paceline.charts import rate_chart, save_chart

    save_chart(rate_chart({each.name: each.rates for each in drawn}), path)


def _as_json(drawn: Sequence[Drawn], out: Sequence[Path]) -> dict[str, Any]:
    return {
        "horizon": len(drawn[0].rates),
        "schedules": [
            {
                "name": each.name,
                "expression": repr(each.schedule),
                "length": each.length,
                "peak": each.peak[0],
                "floor": each.floor[0],
                "values": [{"step": step, "rate": float(each.rates[step])} for step in each.rows],
            }
            for each in drawn
        ],
        "files": [str(path) for path in out],
    }


def _lasts(drawn: Drawn) -> str:
    horizon = len(drawn.rates)
    if drawn.length is None:
        return "never ends"
    if drawn.length < horizon:
        return f"lasts {drawn.length:,} of {horizon:,} steps, then holds {drawn.rates[-1]:.4g}"
    if drawn.length > horizon:
        return f"lasts {drawn.length:,} steps, of which the first {horizon:,} are drawn"
    return f"lasts {drawn.length:,} steps"


def _print(drawn: Sequence[Drawn]) -> None:
    from rich.table import Table

    from paceline.charts import sparkline

    console = _output.console()
    for each in drawn:
        peak, floor = each.peak, each.floor
        console.print(each.name, style="bold")
        console.print(sparkline(each.rates, width=min(40, console.width)))
        console.print(
            f"peak {peak[0]:.4g} at step {peak[1]:,}, floor {floor[0]:.4g} at step {floor[1]:,}, "
            f"{_lasts(each)}\n"
        )
    at_once = max(1, (console.width - _STEP_COLUMN) // _COLUMN)
    for first in range(0, len(drawn), at_once):
        some = drawn[first : first + at_once]
        table = Table("step", box=None)
        table.columns[0].justify = "right"
        for each in some:
            table.add_column(each.name, justify="right", overflow="fold", min_width=9)
        for step in some[0].rows:
            table.add_row(f"{step:,}", *(f"{each.rates[step]:.4g}" for each in some))
        console.print(table)

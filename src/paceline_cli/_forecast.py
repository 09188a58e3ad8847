"""`paceline forecast`: how another schedule would end, from logged curves."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from paceline_cli import _backend, _output
from paceline_cli._curve_arguments import read_curves
from paceline_cli._open import open_option, open_page
from paceline_cli._out_folder import check_folder
from paceline_cli._schedules_argument import read_schedules
from paceline_cli._write_whole import write_whole

if TYPE_CHECKING:
    from paceline.forecast import Curve, Forecasts
    from paceline.schedules import Schedule

_LAWS = ("power_noise", "multi_power", "momentum", "best")
_PAGES = (".html", ".htm")
_PICTURES = (".png", ".svg", ".pdf", ".json")
_BEST_DECAY = "best decay"


@click.command(
    epilog="""\b
Examples:
  paceline forecast cosine.csv constant.csv --warmup 2160
  paceline forecast a.csv b.csv --schedule "wsd(peak=3e-4, steps=72000)" --out forecast.html
  paceline forecast logs/a logs/b --loss val_loss -s "cosine()" --best-decay --steps 100000
  paceline forecast trials.sqlite --trial wsd/0 --trial cosine/0 -s "wsd()" --steps 4000
"""
)
@click.argument("curve", nargs=-1, required=True)
@click.option(
    "--schedule",
    "-s",
    "schedules",
    multiple=True,
    help="NAME=EXPRESSION, an expression or a JSON file; may be given several times. Default: the "
    "best decay.",
)
@click.option(
    "--steps",
    type=click.IntRange(min=1),
    help="How many updates the training is to make. Default: as many as each schedule has; the "
    "most of them for one that does not say, or as many as the longest curve.",
)
@click.option(
    "--best-decay",
    "best_decay",
    is_flag=True,
    help="Also the warm-up, constant stretch and decay that end lowest.",
)
@click.option(
    "--peak",
    type=float,
    help="The peak of the best decay, and of every schedule that leaves it out, such as "
    '"cosine()". Default: that of the longest curve.',
)
@click.option(
    "--loss",
    help="The name of the loss in the logs, such as val_loss. Default: the training loss, or the "
    "only one.",
)
@click.option(
    "--warmup",
    type=click.IntRange(min=1),
    help="The updates of the warm-up of the curves, where logging began after it.",
)
@click.option(
    "--steps-per-epoch",
    type=click.IntRange(min=1),
    help="The updates of an epoch, where the curves count epochs.",
)
@click.option("--trial", "trials", multiple=True, help="A trial of a store, as VARIANT/SEED.")
@click.option(
    "--law",
    type=click.Choice(_LAWS),
    default="power_noise",
    show_default=True,
    help="best: the law that misses the curves least when each is left out.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="The page, if it ends in .html; or the folder for page and pictures. "
    "Default: paceline-out/forecast.",
)
@open_option
@_output.json_option
def forecast(
    curve: tuple[str, ...],
    schedules: tuple[str, ...],
    steps: int | None,
    best_decay: bool,
    peak: float | None,
    loss: str | None,
    warmup: int | None,
    steps_per_epoch: int | None,
    trials: tuple[str, ...],
    law: str,
    out: Path | None,
    open_it: bool,
    as_json: bool,
) -> None:
    """Forecast how another schedule would end, from logged curves.

    CURVE is a CSV file with columns such as step, lr and loss; a TensorBoard folder; or a store of
    trials, with --trial. All are of one task, best under different schedules, one of which has a
    stretch at one rate and a drop after it. A law of the loss is fitted to them, without training.
    """
    _check_out(out)
    _backend.start_keras(lightest=True)
    from paceline.forecast import Forecasts, fit

    curves = read_curves(
        curve, trials=trials, loss=loss, warmup=warmup, steps_per_epoch=steps_per_epoch
    )
    longest = max(curves, key=lambda each: len(each.rates))
    peak = float(longest.rates.max()) if peak is None else peak
    asked = read_schedules(schedules, peak=peak)
    horizons = _horizons(asked, steps, longest)
    with _busy("Fitting a law to the curves ..."):
        fitted = fit(curves, law=law)
        found = {name: fitted.predict(asked[name], steps=horizons[name]) for name in asked}
        if best_decay or not asked:
            horizon = steps or max(horizons.values(), default=len(longest.rates))
            best = fitted.best_decay(peak=peak, steps=horizon)
            found[_unused(_BEST_DECAY, found)] = fitted.predict(best)
    result = Forecasts(law=fitted, forecasts=found)
    files = _write(result, out)
    for warning in result.warnings:
        _output.note(warning)
    if as_json:
        _output.print_json({**result.to_dict(), "files": [str(path) for path in files]})
    else:
        _print(result, [*found][len(asked) :])
        click.echo("\nWrote " + ", ".join(str(path) for path in files))
    if open_it:
        open_page(files[0])


def _check_out(out: Path | None) -> None:
    if out is not None and out.suffix.lower() in _PICTURES:
        raise ValueError(
            f"--out needs a page, which ends in .html, or a folder; got {str(out)!r}. The folder "
            "has the pictures too."
        )
    is_page = out is not None and out.suffix.lower() in _PAGES
    check_folder(out.parent if out is not None and is_page else out)


def _horizons(schedules: dict[str, Schedule], steps: int | None, longest: Curve) -> dict[str, int]:
    """Return how many updates each schedule is for."""
    from paceline_cli._schedule_values import horizon_of

    known = {name: horizon_of({name: each}) for name, each in schedules.items()}
    usual = horizon_of(schedules) or len(longest.rates)
    return {name: steps or length or usual for name, length in known.items()}


@contextmanager
def _busy(what: str) -> Iterator[None]:
    """Say on a terminal that something goes on; elsewhere say nothing."""
    from rich.console import Console

    with Console(stderr=True).status(what):
        yield


def _unused(name: str, taken: Collection[str]) -> str:
    return name if name not in taken else f"{name} (found)"


def _write(result: Forecasts, out: Path | None) -> list[Path]:
    from paceline.reporting import report, write_charts

    if out is not None and out.suffix.lower() in _PAGES:
        return [report(result, out)]
    return write_whole(
        out or Path("paceline-out") / "forecast",
        lambda folder: [report(result, folder / "forecast.html"), *write_charts(result, folder)],
    )


def _print(result: Forecasts, best: Sequence[str]) -> None:
    from rich.table import Table

    console = _output.console()
    console.print(f"{result.verdict}\n")
    rows = result.rows
    table = Table("schedule", box=None)
    for heading in ("loss at the end", rows[0].level, "above the lowest", "updates"):
        table.add_column(heading, justify="right")
    for row in rows:
        table.add_row(row.name, row.final, row.interval, row.beyond, row.updates)
    console.print(table)
    law = result.law
    values = ", ".join(f"{name} {value:.4g}" for name, value in law.parameters.items())
    console.print(f"\nThe law, {law.law}: {values}")
    for name in best:
        if code := result.code(name):
            console.print(f"\nThe {_BEST_DECAY}, in Python:")
            console.print(code, soft_wrap=True)

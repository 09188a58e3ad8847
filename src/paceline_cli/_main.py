"""The group of commands: it knows their names and help lines, and loads one when it is asked."""

import functools
import importlib
import sys
from collections.abc import Sequence
from typing import Any, NamedTuple, NoReturn

import click

from paceline_cli import _errors


class _Entry(NamedTuple):
    module: str
    help: str


_COMMANDS = {
    "compare": _Entry("_compare", "Compare learning-rate schedules on a task, over paired seeds."),
    "diagnose": _Entry("_diagnose", "Say what is wrong in a training, by its logged curves."),
    "doctor": _Entry("_doctor", "Check that Python, Keras and its backend are ready to train."),
    "find": _Entry("_find", "Find how large the learning rate may be, and how sure that is."),
    "forecast": _Entry(
        "_forecast",
        "Forecast how another schedule would end, from logged curves.",
    ),
    "report": _Entry("_report", "Rebuild the report from a store, without training."),
    "show": _Entry("_show", "Draw learning-rate schedules and print a table of their values."),
    "tune": _Entry("_tune", "Find the best schedule of a task within a budget, and confirm it."),
}


class _LazyGroup(click.Group):
    """A group whose commands are imported on demand, and whose errors all end in one place."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"paceline_cli.{_COMMANDS[cmd_name].module}")
        return getattr(module, cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.help) for name, entry in _COMMANDS.items()])

    def main(self, args: Sequence[str] | None = None, *_: Any, **settings: Any) -> NoReturn:
        arguments = sys.argv[1:] if args is None else list(args)
        settings["standalone_mode"] = False
        run = functools.partial(super().main, arguments, **settings)
        sys.exit(_errors.run_and_report(run, arguments))


@click.group(
    cls=_LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="""\b
Examples:
  paceline doctor
  paceline find task.py
  paceline show "wsd(peak=3e-4, steps=10_000, warmup=0.05)" --out wsd.png
  paceline compare task.py --schedule "cosine(peak=1e-2)" --schedule "wsd(peak=1e-2)"
  paceline tune task.py --budget 60
  paceline diagnose history.csv
  paceline forecast cosine.csv constant.csv --schedule "wsd(peak=3e-4, steps=72000)"
  paceline report paceline-out/task/trials.sqlite --open
""",
)
@click.version_option(package_name="paceline", message="%(prog)s %(version)s")
@click.option(
    "--debug",
    is_flag=True,
    expose_value=False,
    help=f"Show the traceback of an error; so does {_errors.DEBUG_VARIABLE}=1.",
)
@click.pass_context
def main(ctx: click.Context) -> None:
    """Write, compare and choose learning-rate schedules for Keras 3, with proof."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())

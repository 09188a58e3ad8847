"""The table of a comparison for a terminal of 100 columns."""

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from paceline.charts import shorten, sparkline
from paceline.comparison import ComparisonResult
from paceline.reporting._numbers import metric_name
from paceline.reporting._rows import Cell, Row, table_rows


def terminal_table(result: ComparisonResult) -> Table:
    """Return the table for the terminal: two lines a variant, the best mean first.

    Under a mean stands its 95 % interval, under the training loss the gap to the validation loss,
    under a variant's name the shape of its schedule.
    """
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("variant", no_wrap=True, max_width=20)
    metric = shorten(metric_name(result.metric), 32).replace(" ", "\n", 1)
    for heading in (metric, "− baseline", "training\nloss, gap"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("updates\nto target", justify="right", no_wrap=True)
    table.add_column("trials", no_wrap=True)
    for row in table_rows(result):
        shape = sparkline(result.rates[row.variant], width=20)
        table.add_row(*_cells(row, shape))
    return table


def _cells(row: Row, shape: str) -> list[Text]:
    baseline = Text("baseline", style="dim")
    steps = Text(row.steps_to_target).append(f"\n{row.reached}", style="dim")
    return [
        Text(shorten(row.variant, 20), style="bold").append(f"\n{shape}", style="cyan"),
        _number(row.primary),
        baseline if row.difference is None else _number(row.difference),
        Text(row.training_loss.mean).append(f"\n{row.gap.mean}", style="dim"),
        steps,
        Text(row.trials.replace(", ", "\n"), style="yellow" if row.troubled else ""),
    ]


def _number(cell: Cell) -> Text:
    return Text(cell.mean).append(f"\n{cell.interval}", style="dim")

"""The table of a comparison, for a terminal of 80 columns and for notebooks."""

from __future__ import annotations

import dataclasses
import io
from typing import TYPE_CHECKING

import rich.console
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from paceline.charts import shorten, sparkline
from paceline.comparison._numbers import metric_name
from paceline.comparison._rows import Cell, Row, table_rows

if TYPE_CHECKING:
    from paceline.comparison._result import ComparisonResult

_WIDTH = 100


@dataclasses.dataclass(frozen=True)
class ResultTable:
    """The table of a result: two lines a variant, the best mean first.

    Under a mean stands its 95 % interval, under the training loss the gap to the validation loss,
    under a variant's name the shape of its schedule. It shows itself in a terminal (`print`, or
    rich) and in a notebook.
    """

    rows: list[Row]
    shapes: dict[str, str]
    metric: str

    def __rich__(self) -> Table:
        table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
        table.add_column("variant", no_wrap=True, max_width=20)
        metric = shorten(metric_name(self.metric), 32).replace(" ", "\n", 1)
        for heading in (metric, "− baseline", "training\nloss, gap"):
            table.add_column(heading, justify="right", no_wrap=True)
        table.add_column("updates\nto target", justify="right", no_wrap=True)
        table.add_column("trials", no_wrap=True)
        for row in self.rows:
            table.add_row(*_cells(row, self.shapes[row.variant]))
        return table

    def __str__(self) -> str:
        return self._printed().file.getvalue()  # type: ignore[attr-defined]

    def _repr_html_(self) -> str:
        return self._printed().export_html(inline_styles=True, code_format="<pre>{code}</pre>")

    def _printed(self) -> rich.console.Console:
        console = rich.console.Console(
            file=io.StringIO(), width=_WIDTH, record=True, color_system=None, markup=False
        )
        console.print(self)
        return console


def result_table(result: ComparisonResult) -> ResultTable:
    """Return the table of a result, sorted as `result.summaries`."""
    return ResultTable(
        rows=table_rows(result),
        shapes={name: sparkline(rates, width=20) for name, rates in result.rates.items()},
        metric=result.metric,
    )


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

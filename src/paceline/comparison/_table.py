"""The table of a comparison, for a terminal of 80 columns and for notebooks."""

from __future__ import annotations

import dataclasses
import io
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import rich.console
import rich.measure
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from paceline.charts import shorten, sparkline
from paceline.comparison._numbers import metric_name
from paceline.comparison._rows import Cell, Row, table_rows

if TYPE_CHECKING:
    from paceline.comparison._result import ComparisonResult

_WIDTH = 100
_NAME, _SHORTEST_NAME = 20, 8


@dataclasses.dataclass(frozen=True, eq=False)
class ResultTable:
    """The table of a result: two lines a variant, the best mean first.

    Under a mean stands half its 95 % interval, under the verdict the corrected p, under the gap
    between validation and training loss the training loss, under a variant's name the shape of its
    schedule. It shows itself in a terminal (`print`, or rich) and in a notebook.
    """

    rows: list[Row]
    rates: dict[str, npt.NDArray[np.float64]]
    metric: str

    def __rich_console__(
        self, console: rich.console.Console, options: rich.console.ConsoleOptions
    ) -> rich.console.RenderResult:
        """Give the variants' names what the numbers leave of the width."""
        whole = self._table(_NAME)
        needed = rich.measure.Measurement.get(console, options.update(width=1000), whole).maximum
        yield self._table(max(_SHORTEST_NAME, _NAME - max(0, needed - options.max_width)))

    def _table(self, name_width: int) -> Table:
        table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
        table.add_column("variant", no_wrap=True, max_width=name_width)
        metric = shorten(metric_name(self.metric), 32).replace(" ", "\n", 1)
        for heading in (metric, "− baseline"):
            table.add_column(heading, justify="right", no_wrap=True)
        table.add_column("verdict", no_wrap=True)
        for heading in ("gap, train-\ning loss", "updates\nto target"):
            table.add_column(heading, justify="right", no_wrap=True)
        for row in self.rows:
            shape = sparkline(self.rates[row.variant], width=name_width)
            table.add_row(*_cells(row, name_width, shape))
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
        rates=result.rates,
        metric=result.metric,
    )


def _cells(row: Row, width: int, shape: str) -> list[Text]:
    """A row's cells; how its trials ended stands where a diverged one leaves no interval."""
    primary = _number(row.primary)
    reached = Text(f"\n{row.reached}", style="dim")
    if row.troubled and not row.primary.reach:
        primary.append(row.trials.replace(", ", "\n"), style="yellow")
    elif row.troubled:
        reached = Text(f"\n{row.trials}", style="yellow")
    return [
        Text(shorten(row.variant, width), style="bold").append(f"\n{shape}", style="cyan"),
        primary,
        Text() if row.difference is None else _number(row.difference),
        _verdict(row),
        Text(row.gap.mean).append(f"\n{row.training_loss.mean}", style="dim"),
        Text(row.steps_to_target).append(reached),
    ]


_STYLES = {"better": "bold green", "worse": "bold red", "practically equal": "bold"}


def _verdict(row: Row) -> Text:
    if row.verdict is None:
        return Text("baseline", style="dim")
    found = Text(row.verdict, style=_STYLES.get(row.verdict, ""))
    return found.append(f"\np {row.corrected_p}", style="dim")


def _number(cell: Cell) -> Text:
    return Text(cell.mean).append(f"\n{cell.reach}", style="dim")

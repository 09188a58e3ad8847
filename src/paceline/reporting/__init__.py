"""Results as one HTML file, as pictures and as terminal tables."""

from paceline.reporting._drawings import charts, write_charts
from paceline.reporting._page import report
from paceline.reporting._rows import Cell, Row, table_rows
from paceline.reporting._terminal import terminal_table
from paceline.reporting._verdict import verdict

__all__ = [
    "Cell",
    "Row",
    "charts",
    "report",
    "table_rows",
    "terminal_table",
    "verdict",
    "write_charts",
]

"""Results as one HTML file and as pictures."""

from paceline.reporting._pictures import write_charts
from paceline.reporting._report import report

__all__ = ["report", "write_charts"]

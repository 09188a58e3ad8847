"""Results as one HTML file and as pictures."""

from paceline.reporting._page import report
from paceline.reporting._pictures import write_charts

__all__ = ["report", "write_charts"]

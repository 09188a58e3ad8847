"""Arrays in, Altair charts and terminal sparklines out."""

from paceline.charts._final import final_chart
from paceline.charts._losses import loss_chart
from paceline.charts._range_test import range_test_chart, rate_text
from paceline.charts._rates import rate_chart
from paceline.charts._save import save_chart
from paceline.charts._sparkline import sparkline, sparkline_svg
from paceline.charts._stack import stack
from paceline.charts._theme import colors, shorten
from paceline.charts._thin import thin

__all__ = [
    "colors",
    "final_chart",
    "loss_chart",
    "range_test_chart",
    "rate_chart",
    "rate_text",
    "save_chart",
    "shorten",
    "sparkline",
    "sparkline_svg",
    "stack",
    "thin",
]

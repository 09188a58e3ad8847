"""Arrays in, Altair charts and terminal sparklines out."""

from paceline.charts._beats import beats_chart
from paceline.charts._final import final_chart
from paceline.charts._forest import forest_chart
from paceline.charts._gap import gap_chart
from paceline.charts._losses import loss_chart
from paceline.charts._range_test import range_test_chart, rate_text
from paceline.charts._rates import rate_chart, rate_strip
from paceline.charts._save import save_chart
from paceline.charts._sparkline import sparkline, sparkline_svg
from paceline.charts._stack import over, stack
from paceline.charts._steps import profile_chart, survival_chart
from paceline.charts._theme import colors, dashes, short_labels, shorten
from paceline.charts._thin import thin

__all__ = [
    "beats_chart",
    "colors",
    "dashes",
    "final_chart",
    "forest_chart",
    "gap_chart",
    "loss_chart",
    "over",
    "profile_chart",
    "range_test_chart",
    "rate_chart",
    "rate_strip",
    "rate_text",
    "save_chart",
    "short_labels",
    "shorten",
    "sparkline",
    "sparkline_svg",
    "stack",
    "survival_chart",
    "thin",
]

"""Arrays in, Altair charts and terminal sparklines out."""

from paceline.charts._beats import beats_chart
from paceline.charts._budget import budget_chart
from paceline.charts._dots import Dot
from paceline.charts._final import final_chart
from paceline.charts._forecast import forecast_chart
from paceline.charts._forest import forest_chart
from paceline.charts._gap import gap_chart
from paceline.charts._losses import loss_chart
from paceline.charts._misses import miss_chart
from paceline.charts._progress import Improvement, Stage, progress_chart
from paceline.charts._range_test import range_test_chart, rate_text
from paceline.charts._rates import rate_chart, rate_strip
from paceline.charts._rung import rung_chart
from paceline.charts._save import save_chart
from paceline.charts._search import search_chart
from paceline.charts._sparkline import sparkline, sparkline_svg
from paceline.charts._stack import over, stack
from paceline.charts._steps import profile_chart, survival_chart
from paceline.charts._theme import colors, dashes, short_labels, shorten
from paceline.charts._thin import thin
from paceline.charts._thin_dots import thin_dots

__all__ = [
    "Dot",
    "Improvement",
    "Stage",
    "beats_chart",
    "budget_chart",
    "colors",
    "dashes",
    "final_chart",
    "forecast_chart",
    "forest_chart",
    "gap_chart",
    "loss_chart",
    "miss_chart",
    "over",
    "profile_chart",
    "progress_chart",
    "range_test_chart",
    "rate_chart",
    "rate_strip",
    "rate_text",
    "rung_chart",
    "save_chart",
    "search_chart",
    "short_labels",
    "shorten",
    "sparkline",
    "sparkline_svg",
    "stack",
    "survival_chart",
    "thin",
    "thin_dots",
]

"""The report: one HTML file that works offline."""

from collections.abc import Mapping
from pathlib import Path

from paceline.comparison import ComparisonResult, SeveralTasks
from paceline.forecast import Forecasts
from paceline.range_test import RangeTestResult
from paceline.reporting._comparison_page import comparison_page
from paceline.reporting._forecast_page import forecast_page
from paceline.reporting._page import write_page
from paceline.reporting._range_test_page import range_test_page
from paceline.reporting._several_page import several_page
from paceline.reporting._tune_page import tune_page
from paceline.tuning import TuneResult


def report(
    result: ComparisonResult | SeveralTasks | RangeTestResult | TuneResult | Forecasts,
    path: str | Path,
    *,
    name: str | None = None,
    links: Mapping[str, str] | None = None,
) -> Path:
    """Write the report of a result as one HTML file; return its path.

    The file holds everything it needs: it makes no network request, and its content security
    policy allows no script but its own.

    Args:
        result: of a comparison, a search or a range test, or forecasts.
        path: ends in .html; its folder is made where it is missing.
        name: what the task is called; None: as the result has it.
        links: of several tasks, by task, where its own report is: relative to `path`.

    Raises:
        ValueError: another ending.
    """
    if isinstance(result, RangeTestResult):
        return write_page("range_test.html.j2", range_test_page(result, name), path)
    if isinstance(result, TuneResult):
        return write_page("tune.html.j2", tune_page(result, name), path)
    if isinstance(result, Forecasts):
        return write_page("forecast.html.j2", forecast_page(result, name), path)
    if isinstance(result, SeveralTasks):
        return write_page("several_tasks.html.j2", several_page(result, name, links or {}), path)
    return write_page("comparison.html.j2", comparison_page(result, name), path)

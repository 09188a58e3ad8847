"""The charts of a result as PNG files."""

from pathlib import Path
from typing import Any

from paceline.charts import save_chart
from paceline.comparison import ComparisonResult
from paceline.forecast import Forecasts
from paceline.tuning import TuneResult

_PICTURES = ("rates", "losses", "final", "forest")
_OF_FORECASTS = ("forecast", "misses")
_OF_A_SEARCH, _OF_ITS_CONFIRMATION = ("schedule", "search"), ("final", "forest")


def write_charts(
    result: ComparisonResult | TuneResult | Forecasts, folder: str | Path
) -> list[Path]:
    """Write the charts of a result as PNG files into `folder`, and return their paths.

    Of a comparison: rates.png, losses.png, final.png and forest.png. Of a search: schedule.png and
    search.png, and of its confirmation final.png and forest.png. Of forecasts: forecast.png and
    misses.png. What has nothing to show is left
    out: the forest of one schedule, say.
    """
    if isinstance(result, ComparisonResult):
        return _write(result.charts(), _PICTURES, folder)
    if isinstance(result, Forecasts):
        return _write(result.charts(), _OF_FORECASTS, folder)
    found = result.confirmation
    confirmed = found.charts() if found is not None else {}
    return [
        *_write(result.charts(), _OF_A_SEARCH, folder),
        *_write(confirmed, _OF_ITS_CONFIRMATION, folder),
    ]


def _write(drawn: dict[str, Any], names: tuple[str, ...], folder: str | Path) -> list[Path]:
    return [
        save_chart(drawn[name], Path(folder) / f"{name}.png") for name in names if name in drawn
    ]

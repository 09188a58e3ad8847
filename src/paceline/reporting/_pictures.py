"""The charts of a result as PNG files."""

from pathlib import Path

from paceline.charts import save_chart
from paceline.comparison import ComparisonResult

_PICTURES = ("rates", "losses", "final")


def write_charts(result: ComparisonResult, folder: str | Path) -> list[Path]:
    """Write rates.png, losses.png and final.png into `folder`, and return their paths."""
    drawn = result.charts()
    return [save_chart(drawn[name], Path(folder) / f"{name}.png") for name in _PICTURES]

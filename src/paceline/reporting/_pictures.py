"""The charts of a result as PNG files."""

from pathlib import Path

from paceline.charts import save_chart
from paceline.comparison import ComparisonResult

_PICTURES = ("rates", "losses", "final", "forest")


def write_charts(result: ComparisonResult, folder: str | Path) -> list[Path]:
    """Write rates.png, losses.png, final.png and forest.png into `folder`, and return their paths.

    What has nothing to show is left out: the forest of one schedule, say.
    """
    drawn = result.charts()
    return [
        save_chart(drawn[name], Path(folder) / f"{name}.png") for name in _PICTURES if name in drawn
    ]

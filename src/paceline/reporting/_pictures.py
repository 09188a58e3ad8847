"""The charts of a result as PNG files."""

from pathlib import Path

from paceline.charts import save_chart, stack
from paceline.comparison import ComparisonResult


def write_charts(result: ComparisonResult, folder: str | Path) -> list[Path]:
    """Write rates.png, losses.png and final.png into `folder`, and return their paths."""
    drawn = result.charts()
    losses = [drawn[name] for name in ("training", "validation") if name in drawn]
    pictures = {
        "rates.png": drawn["rates"],
        "losses.png": stack(losses),
        "final.png": drawn["final"],
    }
    return [save_chart(picture, Path(folder) / name) for name, picture in pictures.items()]

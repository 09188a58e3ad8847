"""The picture of the how-to on forecasts, from published curves beside the checkout."""

import shutil
import subprocess
import tempfile
from pathlib import Path

_NAMES = ("cosine_24000", "constant_24000", "wsdcon_9")
_SCHEDULES = {
    "wsd": "wsd(peak=3e-4, decay=0.2, warmup=2160)",
    "cosine": "cosine(peak=3e-4, floor=3e-5, warmup=2160)",
}


def draw_forecast(command: list[str], curves: Path, picture: Path) -> None:
    """Run the command on the curves of one model, and keep its picture."""
    if not curves.is_dir():
        raise SystemExit(f"The picture of the forecast needs {curves}.")
    files = [str(curves / f"{name}.csv") for name in _NAMES]
    asked = [part for each in _SCHEDULES.items() for part in ("--schedule", "=".join(each))]
    with tempfile.TemporaryDirectory() as folder:
        call = [*command, "forecast", *files, "--warmup", "2160", "--steps", "72000", *asked]
        subprocess.run([*call, "--out", folder], check=True)
        shutil.copy(Path(folder) / "forecast.png", picture)

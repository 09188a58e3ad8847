"""Writing scalars for TensorBoard."""

from pathlib import Path
from typing import Any


def writer(folder: str | Path) -> Any:
    """Return a writer of scalars into `folder`.

    Raises:
        ImportError: TensorBoard is not installed.
    """
    try:
        from tensorboard.summary import Writer
    except ImportError as error:
        raise ImportError(
            f"log_dir={str(folder)!r} needs TensorBoard, which is not installed. Run: pip install "
            "'paceline[tensorboard]'."
        ) from error
    return Writer(str(folder))

"""Files that belong together are written whole or not at all."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path


def write_whole(folder: Path, write: Callable[[Path], Sequence[Path]]) -> list[Path]:
    """Let `write` fill an empty folder, then move its files into `folder`; return their paths.

    An error, such as a full disk, leaves the earlier files of `folder` as they were.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".paceline-") as partial:
        written = write(Path(partial))
        return [path.replace(folder / path.name) for path in written]

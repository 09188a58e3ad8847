"""Log files, written by hand."""

import csv
from pathlib import Path


def write(path: Path, *rows: object) -> Path:
    path.write_text("\n".join(str(row) for row in rows), encoding="utf-8")
    return path


def columns(path: Path, separator: str = ",", **values: object) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=separator)
        writer.writerow(values)
        writer.writerows(zip(*values.values(), strict=True))
    return path


def events(folder: Path, **tags: dict[int, float]) -> Path:
    """Write a TensorBoard folder without TensorFlow."""
    from tensorboard.summary import Writer

    log = Writer(str(folder))
    for tag, values in tags.items():
        for step, value in values.items():
            log.add_scalar(tag, value, step)
    log.close()
    return folder

"""Curves from a CSV file, as `keras.callbacks.CSVLogger` writes it."""

import csv
from pathlib import Path

import numpy as np

from paceline.health._curves import Curves, Floats
from paceline.health._tracks import Track, by_epoch, combined, no_loss, role

_SEPARATORS = ",;\t"
_BLANK = ("", "NA", "None")
"""Cells without a value; CSVLogger writes NA for what an epoch did not log."""
_EMPTY = -np.inf
"""Stands for them; NaN is what a diverged loss logs."""


def read_csv(path: Path) -> Curves:
    """Return the curves of a CSV file with a header; an empty cell was not logged.

    Raises:
        ValueError: no text, no rows, no column of a loss, a cell that is no number.
    """
    source = str(path)
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{source} is no text. Give a CSV file with a header or a TensorBoard folder; a "
            "store's trial is read by: paceline diagnose STORE --trial VARIANT/SEED"
        ) from error
    if len(lines) < 2:
        raise ValueError(
            f"diagnose needs a CSV file with a header and rows; {source} has {len(lines)} lines. "
            "Give the file that keras.callbacks.CSVLogger wrote."
        )
    separator = max(_SEPARATORS, key=lines[0].count)
    header, *rows = csv.reader(lines, delimiter=separator)
    columns: dict[str, Floats] = {}
    for index, name in enumerate(header):
        what = role(name)
        if what is not None and what not in columns:
            columns[what] = _numbers(rows, index, name, source)
    if "loss" not in columns:
        raise no_loss(source, "column", header)
    tracks = {name: _track(name, columns) for name in ("loss", "rate", "validation")}
    loss = tracks["loss"]
    if loss is None:
        raise ValueError(f"diagnose needs training losses; the column of {source} is empty.")
    return combined(loss, rates=tracks["rate"], validation=tracks["validation"], source=source)


def _numbers(rows: list[list[str]], index: int, name: str, source: str) -> Floats:
    numbers = []
    for line, row in enumerate(rows, start=2):
        cell = row[index].strip() if index < len(row) else ""
        try:
            numbers.append(_EMPTY if cell in _BLANK else float(cell))
        except ValueError:
            raise ValueError(
                f"diagnose needs numbers in column {name!r}; {source} has {cell[:40]!r} in line "
                f"{line}. If two files were joined there, keep one."
            ) from None
    return np.array(numbers)


def _track(name: str, columns: dict[str, Floats]) -> Track | None:
    values = columns.get(name)
    if values is None:
        return None
    rows = np.arange(len(values), dtype=float)
    given = values != _EMPTY
    if not given.any():
        return None
    if "update" in columns:
        return Track(values=values[given], places=columns["update"][given], unit="update")
    if "epoch" in columns:
        every = by_epoch(values, columns["epoch"])
        return Track(values=values[given], places=every.places[given], unit="epoch")
    return Track(values=values[given], places=rows[given], unit="update")

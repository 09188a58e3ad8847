"""The log of a CSV file, as `keras.callbacks.CSVLogger` and others write it."""

import csv
import functools
from pathlib import Path

import numpy as np

from paceline.logs._log import Log
from paceline.logs._role import role
from paceline.logs._track import Floats, Track, ends_of_epochs

_SEPARATORS = ",;\t|"
_SPACE = " "
_BLANK = ("", "NA", "None")
"""Cells without a value; CSVLogger writes NA for what an epoch did not log."""
_EMPTY = -np.inf
"""Stands for them; NaN is what a diverged loss logs."""
_LOWEST = np.finfo(np.float64).min


def read_csv(path: Path) -> Log:
    """Return the log of a CSV file with a header; an empty cell was not logged.

    Commas, semicolons, tabs, bars or spaces separate; decimals may have a comma where none of these
    is one. Without a column of steps or of epochs, each row is an update.

    Raises:
        FileNotFoundError: no such file.
        ValueError: no text, no rows, a row that is too long; and, when it is read, a column that
            holds what is no number, or is there twice.
    """
    source = str(path)
    header, rows, separator = _table(_lines(path), source)
    cells: dict[str, list[str]] = {}
    for index, name in enumerate(header):
        cells.setdefault(name, [row[index].strip() if index < len(row) else "" for row in rows])
    roles = {name: role(name) for name in cells}

    def numbers(name: str) -> Floats:
        if header.count(name) > 1:
            raise ValueError(
                f"A log needs one column {name!r}; {source} has {header.count(name)}. Rename or "
                "remove the others."
            )
        return _numbers(cells[name], name, source, decimal_comma=separator != ",")

    @functools.cache
    def places() -> tuple[Floats, bool]:
        """Return where each row is, and whether that is by epoch."""
        counted = {held: name for name, held in reversed(roles.items())}
        if "update" in counted:
            return numbers(counted["update"]), False
        if "epoch" in counted:
            return ends_of_epochs(numbers(counted["epoch"])), True
        return np.arange(len(rows), dtype=np.float64), False

    def read(name: str) -> Track:
        values, (where, by_epoch) = numbers(name), places()
        track = Track(
            values=values,
            places=np.where(where == _EMPTY, np.nan, where),
            unit="epoch" if by_epoch else "update",
        )
        return track.where(values != _EMPTY)

    return Log(source=source, kind="column", roles=roles, read=read)


def _lines(path: Path) -> list[str]:
    if not path.exists() or path.is_dir():
        raise FileNotFoundError(f"No file {str(path)!r}. Give a CSV file with a header.")
    try:
        return path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{path} is no text. Give a CSV file with a header, or the folder of TensorBoard's "
            "event files; what a store holds, paceline.execution.Store gives."
        ) from error


def _table(lines: list[str], source: str) -> tuple[list[str], list[list[str]], str]:
    """Return the names, the rows and what separates their cells."""
    if len(lines) < 2:
        found = "1 line" if lines else "0 lines"
        raise ValueError(
            f"A log needs a header and rows; {source} has {found}. Give a file such as "
            "keras.callbacks.CSVLogger writes."
        )
    separator = max(_SEPARATORS, key=lines[0].count)
    if separator in lines[0]:
        header, *rows = csv.reader(lines, delimiter=separator)
    elif len(lines[0].split()) == len(lines[1].split()):
        separator = _SPACE
        header, *rows = [line.split() for line in lines]
    else:
        header, *rows = [[line] for line in lines]
    for line, row in enumerate(rows, start=2):
        if any(cell.strip() for cell in row[len(header) :]):
            raise ValueError(
                f"A log needs a column for each cell; line {line} of {source} has {len(row)}, its "
                f"header {len(header)}. Where decimals have a comma, separate by semicolons."
            )
    return [name.strip() for name in header], rows, separator


def _numbers(cells: list[str], name: str, source: str, *, decimal_comma: bool) -> Floats:
    """Return the numbers of a column; one has either decimal commas or decimal points."""
    decimal_comma = decimal_comma and any("," in cell for cell in cells)
    numbers = []
    for line, cell in enumerate(cells, start=2):
        try:
            if decimal_comma and "." in cell:
                raise ValueError
            number = cell.replace(",", ".") if decimal_comma else cell
            numbers.append(_EMPTY if cell in _BLANK else max(float(number), _LOWEST))
        except ValueError:
            raise ValueError(
                f"A log needs numbers in column {name!r}; {source} has {cell[:40]!r} in line "
                f"{line}. If two files were joined there, keep one."
            ) from None
    return np.array(numbers)

"""The state of an optimizer as Keras saved it in a file of weights or of a model."""

from __future__ import annotations

import contextlib
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

Store = dict[str, Any]


class SavedState:
    """What a `.weights.h5` or `.keras` file holds of an optimizer."""

    def __init__(self, path: str | Path) -> None:
        """Read it.

        Raises:
            FileNotFoundError: no such file.
            ValueError: a file of another kind, or one that holds no optimizer.
        """
        self.path = Path(path)
        with _opened(self.path) as file:
            group = file.get("optimizer/inner_optimizer") or file.get("optimizer")
            if group is None or "vars" not in group:
                raise ValueError(
                    f"checkpoint needs a file that holds an optimizer's state; got {str(path)!r}, "
                    "which holds none. Save it with model.save or model.save_weights, compiled."
                )
            self.variables: Store = {name: np.array(each) for name, each in group["vars"].items()}
            adjustment = group.get("adjustment/vars")
            self.adjustment: Store = {
                name: np.array(each) for name, each in (adjustment or {}).items()
            }

    @property
    def calls(self) -> int:
        """How often the optimizer had been applied."""
        return int(self.variables["0"])

    def fitted(self, count: int, *, rate: float | None) -> Store:
        """Return the state for an optimizer of `count` variables.

        Keras keeps a rate that is a number as variable 1, and no rate of a schedule: that one is
        left out, or put in as `rate` where it is missing.

        Raises:
            ValueError: an optimizer of another kind, or other weights.
        """
        values = [self.variables[str(number)] for number in range(len(self.variables))]
        if len(values) == count + 1 and values[1].shape == () and rate is None:
            del values[1]
        elif len(values) == count - 1 and rate is not None:
            values.insert(1, np.array(rate, dtype="float32"))
        if len(values) != count:
            raise ValueError(
                f"checkpoint needs the state of an optimizer like the model's, of {count} "
                f"variables; got {str(self.path)!r} with {len(self.variables)}. Compile the model "
                "with the optimizer that was saved; its rate may be another."
            )
        return {str(number): value for number, value in enumerate(values)}


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[Any]:
    import h5py  # Keras' own

    if not path.is_file():
        raise FileNotFoundError(
            f"checkpoint needs a .weights.h5 or .keras file; got {str(path)!r}, which is no file."
        )
    source: Any = path
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            if "model.weights.h5" in archive.namelist():
                source = io.BytesIO(archive.read("model.weights.h5"))
    try:
        file = h5py.File(source, "r")
    except OSError as error:
        raise ValueError(
            f"checkpoint needs a .weights.h5 or .keras file; got {str(path)!r}, which is none: "
            f"{error}."
        ) from error
    with file:
        yield file

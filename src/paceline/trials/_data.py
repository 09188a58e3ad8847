"""A task's data: arrays that live on the device, or whatever `fit` takes."""

import dataclasses
import hashlib
from typing import Any

import keras
import numpy as np

from paceline.trials._errors import TaskError


@dataclasses.dataclass(frozen=True, eq=False)
class Arrays:
    """A nest of arrays `(x, y)` or `(x, y, sample_weight)` with one first axis."""

    parts: tuple[Any, ...]

    @property
    def samples(self) -> int:
        """How many samples there are."""
        return len(keras.tree.flatten(self.parts)[0])

    def take(self, index: Any) -> tuple[Any, ...]:
        """Return the samples at `index`."""
        return keras.tree.map_structure(lambda array: array[index], self.parts)

    def digest(self) -> str:
        """Return a hash of every value, shape and type."""
        state = hashlib.sha256()
        for path, array in keras.tree.flatten_with_path(self.parts):
            state.update(f"{path}{array.dtype}{array.shape}".encode())
            state.update(np.ascontiguousarray(array).data)
        return state.hexdigest()


def is_arrays(data: Any) -> bool:
    """Whether `data` is a tuple of arrays."""
    if isinstance(data, Arrays):
        return True
    if not isinstance(data, tuple | list) or not 1 <= len(data) <= 3:
        return False
    leaves = [leaf for leaf in keras.tree.flatten(list(data)) if leaf is not None]
    return bool(leaves) and all(hasattr(leaf, "__array__") for leaf in leaves)


def as_arrays(data: Any, *, name: str) -> Arrays:
    """Return `data` as NumPy arrays, floats in Keras' own precision, checked to fit together."""
    if isinstance(data, Arrays):
        return data
    parts = tuple(data)
    while parts[-1] is None:
        parts = parts[:-1]
    if any(part is None for part in parts):
        raise TaskError(
            f"Task's {name} has an empty part before its last. Write (x, y) or (x, y, weights)."
        )
    arrays = keras.tree.map_structure(lambda leaf: _array(leaf, name), parts)
    sizes = [len(array) if array.ndim else 0 for array in keras.tree.flatten(arrays)]
    if len(set(sizes)) > 1:
        raise TaskError(
            f"Task's {name} arrays must have one first axis; got {sizes} samples. "
            "Give x and y of the same length."
        )
    if sizes[0] == 0:
        raise TaskError(f"Task's {name} data is empty. Give at least one sample.")
    return Arrays(arrays)


def _array(leaf: Any, name: str) -> np.ndarray[Any, Any]:
    array = np.asarray(leaf)
    if array.dtype.kind not in "buif":
        raise TaskError(
            f"Task's {name} data holds {array.dtype} values, not numbers. Encode them first, with "
            "keras.layers.StringLookup, say."
        )
    if array.dtype.kind == "f" and array.dtype != np.float16:
        return array.astype(keras.config.floatx())
    return array


def length_of(data: Any) -> int | None:
    """Return how many batches a data set has, or None if it does not know."""
    if isinstance(data, keras.utils.PyDataset):
        return data.num_batches
    if hasattr(data, "cardinality"):
        known = int(data.cardinality())
        return known if known >= 0 else None
    try:
        return len(data)
    except TypeError:  # a DataLoader over an iterable has a __len__ that raises
        return None

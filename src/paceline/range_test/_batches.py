"""The batches that every rate sees, and the probe that measures them all."""

import contextlib
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

from paceline.range_test._fresh_tf_data import fresh
from paceline.trials import TaskError
from paceline.trials._data import Arrays

Batch = tuple[Any, ...]

PROBE = 256
"""Samples: the study found 32 as good as 256 in the mean."""


def batches_of(
    data: Any, *, batch_size: int | None, count: int, seed: int
) -> tuple[list[Batch], Batch]:
    """Return `count` batches of NumPy arrays from the start of the data, and then a probe.

    Where the data end they begin again. Short last batches are left out, as long as there are
    others. The data are as before: their order is drawn from `seed`, or by a copy of the data set.

    Raises:
        TaskError: data that give no batch.
    """
    if isinstance(data, Arrays):
        return _of_arrays(data, min(int(batch_size or 1), data.samples), count, seed)
    return _of_data_set(data, count, seed)


def _of_arrays(data: Arrays, size: int, count: int, seed: int) -> tuple[list[Batch], Batch]:
    generator = np.random.default_rng(seed)
    order = np.empty(0, dtype=np.int64)
    while len(order) < count * size + min(PROBE, data.samples):
        order = np.append(order, generator.permutation(data.samples))
    places = np.arange(count * size).reshape(count, size)
    after = order[count * size :]
    return [data.take(order[row]) for row in places], data.take(after[:PROBE])


def _of_data_set(data: Any, count: int, seed: int) -> tuple[list[Batch], Batch]:
    kept: list[Batch] = []
    probe: list[Batch] = []
    size = 0
    for batch in _endless(data, seed):
        samples = len(keras.tree.flatten(batch)[0])
        if samples < size:
            continue  # the last one of an epoch
        size = samples
        if len(kept) < count:
            kept.append(batch)
            continue
        probe.append(batch)
        if len(probe) * size >= PROBE or not _fit_together(probe):
            break
    while len(probe) > 1 and not _fit_together(probe):
        probe.pop()
    joined = keras.tree.map_structure(lambda *parts: np.concatenate(parts)[:PROBE], *probe)
    return kept, joined


def _fit_together(batches: list[Batch]) -> bool:
    shapes = [[part.shape[1:] for part in keras.tree.flatten(batch)] for batch in batches]
    return all(shape == shapes[0] for shape in shapes)


def _endless(data: Any, seed: int) -> Iterator[Batch]:
    """Yield the batches of a data set, epoch after epoch."""
    while True:
        any_came = False
        for batch in _epoch(data, seed):
            any_came = True
            yield _arrays(batch)
        if not any_came:
            raise TaskError(
                f"find needs data that give a batch; got {type(data).__name__}, which gives none. "
                "Look whether it is empty, or was read to its end before."
            )
        seed += 1


def _epoch(data: Any, seed: int) -> Iterator[Any]:
    if isinstance(data, keras.utils.PyDataset):
        for index in np.random.default_rng(seed).permutation(data.num_batches):
            yield data[int(index)]
    elif hasattr(data, "element_spec"):
        yield from fresh(data)
    else:
        with _generators_kept(data):
            yield from data


@contextlib.contextmanager
def _generators_kept(data: Any) -> Iterator[None]:
    """Put back the state of the generators of a PyTorch DataLoader, which draw its order."""
    holders: tuple[Any, ...] = (data, getattr(data, "sampler", None))
    found = [getattr(holder, "generator", None) for holder in holders]
    kept = [(each, each.get_state()) for each in found if each is not None]
    try:
        yield
    finally:
        for generator, state in kept:
            generator.set_state(state)


def _arrays(batch: Any) -> Batch:
    """Return (x,), (x, y) or (x, y, sample_weight) of NumPy arrays."""
    parts = keras.utils.unpack_x_y_sample_weight(tuple(batch) if isinstance(batch, list) else batch)
    while parts[-1] is None:
        parts = parts[:-1]
    if any(part is None for part in parts):
        raise TaskError(
            "find needs batches (x, y) or (x, y, sample_weight); got one with an empty part before "
            "its last. Leave sample_weight out, or give y."
        )
    return tuple(keras.tree.map_structure(_array, list(parts)))


def _array(value: Any) -> Any:
    detached = value.detach().cpu() if hasattr(value, "detach") else value
    return np.asarray(detached)

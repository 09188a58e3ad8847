"""Trainings whose fault is known: the cells for tuning `diagnose`, and those that judge it.

The two sets share no optimizer settings, width, batch size, horizon, healthy schedule or seed. In
each cell the good peak is the one with the least final validation loss on a grid, with the cell's
whole healthy schedule and seeds of its own; every fault is one change of that.
"""

import dataclasses
import functools
from collections.abc import Callable, Sequence
from pathlib import Path

import keras
import numpy as np
from sklearn.datasets import load_digits

import paceline
from paceline.schedules import Constant, Schedule
from paceline.trials import Outcome

MNIST = Path(__file__).parents[2] / "shared" / "data" / "mnist_10k.npz"
VALIDATION = 512

Arrays = tuple[np.ndarray, np.ndarray]


@functools.cache
def _digits() -> Arrays:
    images, labels = load_digits(return_X_y=True)
    return _shuffled(images / 16, labels)


@functools.cache
def _mnist() -> Arrays:
    """Return the digits at half their size, each pixel the mean of four."""
    with np.load(MNIST) as file:
        images = file["images"].reshape(-1, 14, 2, 14, 2).mean((2, 4)) / 255
        return _shuffled(images[..., None], file["labels"])


def _shuffled(images: np.ndarray, labels: np.ndarray) -> Arrays:
    order = np.random.default_rng(0).permutation(len(images))
    return images[order].astype("float32"), labels[order].astype("int32")


def _mlp(width: int) -> keras.Model:
    return keras.Sequential(
        [
            keras.Input((64,)),
            keras.layers.Dense(width, activation="relu"),
            keras.layers.Dropout(0.2),
            keras.layers.Dense(10),
        ]
    )


def _cnn(width: int) -> keras.Model:
    return keras.Sequential(
        [
            keras.Input((14, 14, 1)),
            keras.layers.Conv2D(width, 3, activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Conv2D(2 * width, 3, activation="relu"),
            keras.layers.Flatten(),
            keras.layers.Dropout(0.2),
            keras.layers.Dense(10),
        ]
    )


MODELS: dict[str, tuple[Callable[[int], keras.Model], Callable[[], Arrays]]] = {
    "digits MLP": (_mlp, _digits),
    "MNIST CNN": (_cnn, _mnist),
}
OPTIMIZERS: dict[str, Callable[[object], keras.optimizers.Optimizer]] = {
    "SGD": lambda rate: keras.optimizers.SGD(rate),
    "momentum": lambda rate: keras.optimizers.SGD(rate, momentum=0.9),
    "Nesterov": lambda rate: keras.optimizers.SGD(rate, momentum=0.95, nesterov=True),
    "Adam": lambda rate: keras.optimizers.Adam(rate),
    "AdamW": lambda rate: keras.optimizers.AdamW(rate, weight_decay=0.05),
    "RMSprop": lambda rate: keras.optimizers.RMSprop(rate),
}
FULL = {
    "cosine": lambda peak: paceline.cosine(peak=peak, warmup=0.05),
    "linear": lambda peak: paceline.linear(peak=peak),
    "wsd": lambda peak: paceline.wsd(peak=peak, warmup=0.05, decay=0.3),
    "linear with warm-up": lambda peak: paceline.linear(peak=peak, warmup=0.1),
}
PEAKS = {
    name: tuple(float(f"{10 ** (third / 3):.2g}") for third in range(-10 - low, 4 - low))
    for name, low in {"SGD": 0, "momentum": 2, "Nesterov": 2, "Adam": 3, "AdamW": 3, "RMSprop": 4}
    .items()
}  # fmt: skip
"""Three to a decade."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Cell:
    """One model with one optimizer, batch size, horizon and healthy schedule."""

    model: str
    width: int
    optimizer: str
    batch: int
    updates: int
    schedule: str
    seeds: tuple[int, ...]
    """Of the trainings that are read; the grid's are others."""

    def __str__(self) -> str:
        return f"{self.model} {self.width} {self.optimizer} {self.batch}"

    @property
    def is_possible(self) -> bool:
        """Whether its data are at hand."""
        return self.model != "MNIST CNN" or MNIST.exists()

    def full(self, peak: float) -> Schedule:
        """Return the whole healthy schedule with this peak."""
        return FULL[self.schedule](peak)


TUNING = (
    Cell(model="digits MLP", width=32, optimizer="momentum", batch=32, updates=600,
         schedule="cosine", seeds=tuple(range(100, 108))),
    Cell(model="digits MLP", width=48, optimizer="Adam", batch=64, updates=400,
         schedule="linear", seeds=tuple(range(110, 118))),
    Cell(model="MNIST CNN", width=4, optimizer="momentum", batch=64, updates=375,
         schedule="cosine", seeds=tuple(range(120, 128))),
    Cell(model="MNIST CNN", width=8, optimizer="Adam", batch=32, updates=300,
         schedule="cosine", seeds=tuple(range(130, 138))),
)  # fmt: skip
JUDGING = (
    Cell(model="digits MLP", width=64, optimizer="AdamW", batch=16, updates=800,
         schedule="wsd", seeds=tuple(range(500, 508))),
    Cell(model="digits MLP", width=24, optimizer="Nesterov", batch=40, updates=512,
         schedule="linear with warm-up", seeds=tuple(range(510, 518))),
    Cell(model="MNIST CNN", width=6, optimizer="AdamW", batch=128, updates=270,
         schedule="linear with warm-up", seeds=tuple(range(520, 528))),
    Cell(model="MNIST CNN", width=12, optimizer="SGD", batch=16, updates=500,
         schedule="wsd", seeds=tuple(range(530, 538))),
)  # fmt: skip
GRID_SEEDS = (0, 1)
HEALTHY = "healthy"
EXPECTED = {
    "100 times too high": "rate_too_high",
    "10 times too high": "rate_too_high",
    "10 times too low": "rate_too_low",
    "100 times too low": "rate_too_low",
    "no decay": "under_annealed",
    "decay at 20 %": "decays_too_early",
}
"""The name that each fault has to get."""


def task(cell: Cell) -> paceline.Task:
    build, data = MODELS[cell.model]
    x, y = data()
    whole = (len(x) - VALIDATION) // cell.batch
    epochs = -(-cell.updates // whole)  # as many whole epochs as the updates fill, of equal size
    samples = cell.updates // epochs * cell.batch
    return paceline.Task(
        model=lambda: build(cell.width),
        optimizer=OPTIMIZERS[cell.optimizer],
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        train=(x[:samples], y[:samples]),
        validation=(x[-VALIDATION:], y[-VALIDATION:]),
        batch_size=cell.batch,
        epochs=epochs,
    )


def faults(cell: Cell, peak: float, horizon: int) -> dict[str, Schedule]:
    """Return the schedule of each fault, one change of the good one."""
    early = int(0.2 * horizon)
    return {
        "100 times too high": cell.full(100 * peak),
        "10 times too high": cell.full(10 * peak),
        "10 times too low": cell.full(peak / 10),
        "100 times too low": cell.full(peak / 100),
        "no decay": Constant(rate=peak),
        "decay at 20 %": cell.full(peak).over(early),
    }


def good_peak(cell: Cell, *, store: Path | None = None) -> float:
    """Return the peak of the grid with the least final validation loss, the mean over seeds."""
    peaks = {f"{peak:g}": cell.full(peak) for peak in PEAKS[cell.optimizer]}
    found = _outcomes(cell, peaks, GRID_SEEDS, store)
    losses = {
        name: np.mean([np.nan_to_num(each.final("loss"), nan=np.inf) for each in found[name]])
        for name in peaks
    }
    best = min(losses, key=losses.__getitem__)
    assert best not in (min(peaks, key=float), max(peaks, key=float)), (
        f"{cell}: the grid ends at {best}"
    )
    return float(best)


def trials(
    cell: Cell, peak: float, *, faulty: int, healthy: int, store: Path | None = None
) -> dict[str, list[Outcome]]:
    """Return the trials of the first `healthy` seeds, and of each fault those of `faulty` seeds."""
    made = task(cell)
    found = _outcomes(cell, {HEALTHY: cell.full(peak)}, cell.seeds[:healthy], store)
    bad = faults(cell, peak, made.horizon)
    return found | _outcomes(cell, bad, cell.seeds[:faulty], store)


def _outcomes(
    cell: Cell, schedules: dict[str, Schedule], seeds: Sequence[int], store: Path | None
) -> dict[str, list[Outcome]]:
    result = paceline.compare(
        task(cell), schedules, seeds=seeds, store=store, name=str(cell), progress=False
    )
    return {name: list(result.of(name)) for name in schedules}

"""The four tasks on which searches are judged: two models, each with two optimizers."""

import dataclasses

import _find_tasks
from _find_tasks import MODELS, OPTIMIZERS, Cell, is_possible

import paceline
from paceline.trials import checked_model, task_identity

BATCH = 64


@dataclasses.dataclass(frozen=True, kw_only=True)
class Size:
    """How much a model trains on, and how long."""

    samples: int
    validation: int
    epochs: int


SIZES = {
    "digits MLP": Size(samples=1280, validation=517, epochs=18),
    "MNIST CNN": Size(samples=4800, validation=2000, epochs=6),
}
"""360 and 450 updates."""

TASKS = {
    f"{model} {optimizer}": Cell(model=model, optimizer=optimizer, batch=BATCH)
    for model in SIZES
    for optimizer in OPTIMIZERS
}


def possible() -> list[str]:
    """Return the tasks whose data are at hand."""
    return [name for name, cell in TASKS.items() if is_possible(cell.model)]


def task(name: str) -> paceline.Task:
    """Return the task of a name, measured on held-out data."""
    cell = TASKS[name]
    size, (x, y) = SIZES[cell.model], MODELS[cell.model][1]()
    return dataclasses.replace(
        _find_tasks.task(cell),
        train=(x[: size.samples], y[: size.samples]),
        validation=(x[-size.validation :], y[-size.validation :]),
        epochs=size.epochs,
    )


def identity(made: paceline.Task) -> str:
    """Return a hash of what a task's numbers depend on."""
    return task_identity(made, made, checked_model(made)[0])

"""Which kind of loop trains: a rule, because the kind changes the numbers."""

from typing import Any, Literal, get_args

import keras

from paceline.trials._devices import has_gpu
from paceline.trials._errors import TaskError
from paceline.trials._task import Task
from paceline.trials._variant import Variant

LoopKind = Literal["graph", "xla", "scan", "step", "fit"]
"""TensorFlow's graph loop, without and with XLA; JAX's scan and jitted step; Keras' `fit`."""

_OF_BACKEND: dict[str, tuple[LoopKind, ...]] = {
    "tensorflow": ("graph", "xla", "fit"),
    "jax": ("scan", "step", "fit"),
}


def choose_loop(task: Task, model: Any, *, asked: LoopKind | None = None) -> LoopKind:
    """Return the kind of loop for `task`: the one `asked` for, or the one that the rule gives.

    On a CPU, TensorFlow's graph loop without XLA, and JAX's scan (a model with convolutions: the
    jitted step, since XLA's CPU code for them inside a loop is five times slower). On a GPU, XLA
    and scan. What is no array, and any other backend, goes through `fit`.

    Raises:
        TaskError: a kind that is unknown, or that this backend or task does not have.
    """
    backend = keras.backend.backend()
    possible = _OF_BACKEND.get(backend, ("fit",)) if task.has_arrays else ("fit",)
    if asked is not None:
        if asked not in get_args(LoopKind):
            raise TaskError(f"No loop is called {asked!r}. Take one of {', '.join(possible)}.")
        if asked not in possible:
            raise TaskError(
                f"The {asked!r} loop can't train this task on the {backend} backend"
                f"{'' if task.has_arrays else ' (its data are no arrays)'}. "
                f"Take one of {', '.join(possible)}."
            )
        return asked
    return "fit" if possible == ("fit",) else model_loop(model)


def model_loop(model: Any) -> LoopKind:
    """Return the kind of compiled loop that the rule gives for a model."""
    on_gpu = has_gpu()
    if keras.backend.backend() == "tensorflow":
        return "xla" if on_gpu else "graph"
    return "scan" if on_gpu or not _has_convolutions(model) else "step"


def loop_for(kind: LoopKind, variant: Variant) -> LoopKind:
    """Return the loop for a variant: callbacks need `fit`."""
    return "fit" if variant.callbacks else kind


def _has_convolutions(model: Any) -> bool:
    return any("Conv" in type(layer).__name__ for layer in model._flatten_layers())

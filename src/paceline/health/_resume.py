"""Put an optimizer back to where a training goes on."""

from pathlib import Path
from typing import Any

import keras

from paceline.health._optimizers import inner_optimizers
from paceline.health._saved_state import SavedState
from paceline.optimizers import Steered
from paceline.optimizers._building import build_optimizer
from paceline.optimizers._value import value_of
from paceline.schedules import _checks


def resume(model: Any, *, step: int | None = None, checkpoint: str | Path | None = None) -> float:
    """Put the optimizer of `model` to update `step`, and return the rate of that update.

    The optimizer is built where it is not, and its counter is set, so that schedule(step) is the
    next rate; with gradient accumulation over n batches the counter becomes n*step. With
    `checkpoint` the optimizer's state (momentum and the like) is read from the file too, also where
    Keras refuses: a checkpoint of an optimizer whose rate was a number loads into one with a
    schedule, and back. The weights of the model are not touched: load them as always.

    Without `checkpoint` momentum and the like stay as they are. Where they are new, Adam's first
    updates are too large: at a large step its bias correction no longer helps, and the first one is
    (1 - beta_1)/sqrt(1 - beta_2) times the rate, 3.2 with Keras' defaults.

    Args:
        model: a model that is built and compiled.
        step: the 0-based update that comes next; None: as the checkpoint has it.
        checkpoint: a `.weights.h5` or `.keras` file.

    Raises:
        TypeError: no compiled Keras model, or no whole number.
        ValueError: a model that is not built; neither step nor checkpoint; a file that holds no
            optimizer, or another kind of one.
        FileNotFoundError: no such file.

    Example:
        >>> import keras, paceline
        >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
        >>> schedule = paceline.linear(peak=0.1, steps=100)
        >>> model.compile(keras.optimizers.SGD(schedule, momentum=0.9), "mse")
        >>> round(resume(model, step=75), 4)
        0.025
    """
    check_model(model, owner="resume")
    if step is None and checkpoint is None:
        raise ValueError(
            "resume needs step, the update that comes next, or checkpoint, a file that knows it; "
            "got neither. Give step=epochs_done * steps_per_epoch."
        )
    if step is not None:
        fix = "Give the update that comes next: epochs_done * steps_per_epoch."
        step = _checks.count(step, owner="resume", name="step", least=0, fix=fix)
    saved = None if checkpoint is None else SavedState(checkpoint)
    build_optimizer(model)
    inner = inner_optimizers(model.optimizer)
    if saved is not None:
        _load(inner, saved)
    for each in inner:
        if step is not None:
            each._iterations.assign(step * (each.gradient_accumulation_steps or 1))
    return float(value_of(inner[0].learning_rate))


def _load(optimizers: list[Any], saved: SavedState) -> None:
    if len(optimizers) > 1:
        raise ValueError(
            "checkpoint needs a model with one optimizer; got one with "
            f"{len(optimizers)}. Load its state with model.load_weights, and give step alone."
        )
    (optimizer,) = optimizers
    adjusts = isinstance(optimizer, Steered) and optimizer.adjustable
    own = optimizer.optimizer if isinstance(optimizer, Steered) else optimizer
    is_fixed = isinstance(own._learning_rate, keras.Variable)
    rate = float(value_of(own._learning_rate)) if is_fixed else None
    own.load_own_variables(saved.fitted(len(own.variables), rate=rate))
    if adjusts:
        optimizer.adjustment.load_own_variables(saved.adjustment)


def check_model(model: Any, *, owner: str) -> None:
    """Check that `model` can train.

    Raises:
        TypeError: no Keras model.
        ValueError: one that is not compiled, or not built.
    """
    if not isinstance(model, keras.Model):
        raise TypeError(
            f"{owner} needs model, one of Keras; got model={model!r} ({type(model).__name__}). "
            "Give the model, not its optimizer."
        )
    if getattr(model, "optimizer", None) is None:
        raise ValueError(
            f"{owner} needs a compiled model; got {model.name!r} without an optimizer. Call "
            "model.compile(optimizer, loss)."
        )
    if not model.built:
        raise ValueError(
            f"{owner} needs a model that is built; got {model.name!r}, which has no weights yet. "
            "Call model.build(input_shape), or the model on a batch."
        )

"""Leave a model, and everything that draws at random, as they were."""

import contextlib
import random
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
from keras.src.backend.common import global_state

from paceline.callbacks._snapshot import Snapshot, copied
from paceline.optimizers._building import build_optimizer

_HOST = ("stop_training", "train_function", "test_function", "predict_function")
_COMPILED = ("_compile_loss", "_compile_metrics")
_SEED = "global_seed_generator"


@contextlib.contextmanager
def untouched(model: Any) -> Iterator[None]:
    """Put everything of a model back at the end, also after an exception or Ctrl-C.

    Weights, the optimizer's state and step, moving statistics, metrics, its random numbers, its
    compiled functions. What does not exist yet is made first: the optimizer's slots.
    """
    build_optimizer(model)
    snapshot = Snapshot(model)
    metrics = [(each, copied(each)) for each in model.metrics_variables]
    host = {name: getattr(model, name) for name in _HOST}
    host |= {
        # a first fit makes them from a batch of the first order, and draws another: it still will
        name: _twin(made)
        for name in _COMPILED
        if (made := getattr(model, name, None)) is not None and not made.built
    }
    try:
        yield
    finally:
        snapshot.restore(model)
        for variable, value in metrics:
            variable.assign(value)
        for name, value in host.items():
            object.__setattr__(model, name, value)


def _twin(thing: Any) -> Any:
    """Return a shallow copy, which Keras' own objects refuse to give."""
    twin = object.__new__(type(thing))
    twin.__dict__.update(vars(thing))
    return twin


@contextlib.contextmanager
def randomness_kept() -> Iterator[None]:
    """Put back the state of the random numbers of Python, NumPy, Keras, TensorFlow and PyTorch."""
    python, numpy = random.getstate(), np.random.get_state()
    torch = sys.modules.get("torch")
    of_torch = None if torch is None else torch.get_rng_state()
    tensorflow = _tensorflow_context()
    of_tensorflow = None if tensorflow is None else (tensorflow._seed, _state_of(tensorflow))
    generator = global_state.get_global_attribute(_SEED)
    of_keras = None if generator is None else copied(generator.state)
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)
        if torch is not None:
            torch.set_rng_state(of_torch)
        if tensorflow is not None and of_tensorflow is not None:
            tensorflow._seed, state = of_tensorflow
            if state is not None:
                tensorflow._rng.setstate(state)
        global_state.set_global_attribute(_SEED, generator)
        if generator is not None:
            generator.state.assign(of_keras)


def _tensorflow_context() -> Any:
    """Return what draws the seeds of TensorFlow's operations, where it was imported."""
    if "tensorflow" not in sys.modules:
        return None
    from tensorflow.python.eager import context

    return context.context()


def _state_of(context: Any) -> Any:
    generator = getattr(context, "_rng", None)  # there is none before the first seed
    return None if generator is None else generator.getstate()

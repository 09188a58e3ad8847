"""Leave a model, and everything that draws at random, as they were."""

import contextlib
import random
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
from keras.src.backend.common import global_state

from paceline.callbacks._snapshot import Snapshot, copied

_HOST = ("stop_training", "train_function", "test_function", "predict_function")
_SEED = "global_seed_generator"


@contextlib.contextmanager
def untouched(model: Any) -> Iterator[None]:
    """Put everything back at the end, also after an exception or Ctrl-C.

    Weights, the optimizer's state and step, moving statistics, metrics, the state of random
    numbers (the model's, Keras', Python's, NumPy's, PyTorch's), compiled functions. What does not
    exist yet is made first: the optimizer's slots.
    """
    if not model.optimizer.built:
        model.optimizer.build(model.trainable_variables)
    snapshot = Snapshot(model)
    metrics = [(each, copied(each)) for each in model.metrics_variables]
    host = {name: getattr(model, name) for name in _HOST}
    restore = _randomness()
    try:
        yield
    finally:
        snapshot.restore(model)
        for variable, value in metrics:
            variable.assign(value)
        for name, value in host.items():
            object.__setattr__(model, name, value)
        restore()


def _randomness() -> Any:
    """Return what sets the state of all random numbers on the host back to what it is now."""
    python, numpy = random.getstate(), np.random.get_state()
    torch = sys.modules.get("torch")
    theirs = torch.get_rng_state() if torch is not None else None
    generator = global_state.get_global_attribute(_SEED)
    keras_state = None if generator is None else np.array(generator.state)

    def restore() -> None:
        random.setstate(python)
        np.random.set_state(numpy)
        if torch is not None and theirs is not None:
            torch.set_rng_state(theirs)
        if generator is None:
            global_state.set_global_attribute(_SEED, None)
        else:
            global_state.set_global_attribute(_SEED, generator)
            generator.state.assign(keras_state)

    return restore

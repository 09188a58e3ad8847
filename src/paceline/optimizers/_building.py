"""Building a model's optimizer where its variables live."""

import contextlib
from typing import Any


def build_optimizer(model: Any) -> None:
    """Build the optimizer of a model that is built, where it is not; under its strategy."""
    if not model.optimizer.built:
        with scope_of(model):
            model.optimizer.build(model.trainable_variables)


def scope_of(model: Any) -> contextlib.AbstractContextManager[Any]:
    """Return the scope of TensorFlow's strategy that a model was made under, or one of nothing."""
    strategy = getattr(model, "_distribute_strategy", None)
    return contextlib.nullcontext() if strategy is None else strategy.scope()

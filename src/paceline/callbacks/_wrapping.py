"""A model's own optimizer, and wrappers around it."""

from typing import Any

import keras


def put_inside(model: Any, wrapper: Any) -> None:
    """Make `wrapper` the optimizer of `model`, inside Keras' loss scaling where there is one."""
    if isinstance(model.optimizer, keras.optimizers.LossScaleOptimizer):
        model.optimizer.inner_optimizer = wrapper
    else:
        model.optimizer = wrapper
    model.train_function = None  # what was compiled before knows no wrapper
    saved = getattr(model, "_compile_config", None)
    if saved is not None:  # a .keras file would have the optimizer that compile() was given
        saved.config["optimizer"] = model.optimizer

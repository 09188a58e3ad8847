"""A rate that a loop gives to an optimizer, whatever rate the optimizer has of its own."""

import contextlib
from collections.abc import Iterator
from typing import Any

import keras

from paceline.optimizers._inside import inside_scaling
from paceline.trials._errors import TaskError


class GivenRate(keras.optimizers.schedules.LearningRateSchedule):
    """The same rate at every step: a number, or a tensor that a loop binds while it is traced."""

    def __init__(self) -> None:
        self.rate: Any = 0.0

    def __call__(self, step: Any) -> Any:
        return self.rate

    def get_config(self) -> dict[str, Any]:
        """Return nothing: the rate is no part of the optimizer."""
        return {}


@contextlib.contextmanager
def given_rate(optimizer: Any) -> Iterator[GivenRate]:
    """Let `optimizer` take its rate from what is yielded, and give it its own back afterwards.

    Raises:
        TaskError: an optimizer that has no learning rate.
    """
    holders = list(_holders(optimizer))
    kept = [vars(holder)["_learning_rate"] for holder in holders]
    given = GivenRate()
    try:
        for holder in holders:  # past Keras, which would refuse, or track it
            vars(holder)["_learning_rate"] = given
        yield given
    finally:
        for holder, rate in zip(holders, kept, strict=True):
            vars(holder)["_learning_rate"] = rate


def _holders(optimizer: Any) -> Iterator[Any]:
    """Yield the optimizer that counts the updates, and those that it holds: they share a rate."""
    inside = inside_scaling(optimizer)  # of Keras' loss scaling
    if "_learning_rate" not in vars(inside):
        raise TaskError(
            "A range test needs an optimizer with a learning rate; got "
            f"{type(inside).__name__} without one. Use one of keras.optimizers."
        )
    yield inside
    held = vars(inside).get("_held")  # ours, that steer
    if held is not None:
        yield held.optimizer

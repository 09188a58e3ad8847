"""The gradient's norms of the last updates, kept while a compiled training runs."""

import contextlib
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
from keras import ops

from paceline.optimizers._gradients import summed
from paceline.optimizers._value import value_of


class Norms:
    """The norms of the last updates, in a ring: that of update u stands at u % keeps."""

    def __init__(self, order: int, keeps: int, strategy: Any = None) -> None:
        """Keep the 1-norm or the 2-norm of `keeps` updates; `strategy` is TensorFlow's."""
        self.order = order
        self.keeps = keeps
        with strategy.scope() if strategy else contextlib.nullcontext():
            self.ring = keras.Variable(
                shape=(keeps,),
                initializer="zeros",
                dtype="float32",
                trainable=False,
                aggregation="only_first_replica",
                name="gradient_norms",
            )

    def write(self, optimizer: Any, gradients: list[Any]) -> None:
        """Keep the norm of `gradients` as that of the optimizer's current update."""
        parts = [ops.cast(each, "float32") for each in summed(optimizer, gradients)]
        if self.order == 1:
            norm = sum(ops.sum(ops.abs(part)) for part in parts)
        else:
            norm = ops.sqrt(sum(ops.sum(ops.square(part)) for part in parts))
        place = ops.cast(optimizer.iterations % self.keeps, "int32")
        here = ops.equal(ops.arange(self.keeps, dtype="int32"), place)
        self.ring.assign(ops.where(here, norm, ops.convert_to_tensor(self.ring)))

    def read(self, first: int, after: int) -> npt.NDArray[np.float64]:
        """Return the norms of the updates from `first` to before `after`, which is the current.

        Raises:
            ValueError: more updates than are kept.
        """
        if not 0 <= after - first <= self.keeps:
            raise ValueError(
                f"norms_since needs one of the last {self.keeps} updates; got first={first} at "
                f"update {after}. Read more often, or keep more: with_norms(optimizer, keeps=...)."
            )
        return value_of(self.ring)[np.arange(first, after) % self.keeps]

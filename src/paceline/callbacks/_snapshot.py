"""All that a training changes, kept on the host."""

from typing import Any

import numpy as np
from keras import ops

from paceline.optimizers._value import value_of


class Snapshot:
    """The weights of a model, the state of its random numbers, its optimizer's state and step."""

    def __init__(self, model: Any) -> None:
        """Copy the state of a model that is built, and compiled."""
        self.step = int(value_of(model.optimizer.iterations))
        self._values = [copied(variable) for variable in _variables(model)]

    def restore(self, model: Any) -> None:
        """Put the state back into the model it is of."""
        for variable, value in zip(_variables(model), self._values, strict=True):
            variable.assign(value)


def copied(variable: Any) -> Any:
    """Return the value of a variable; some backends give a view of what is overwritten next."""
    return np.array(ops.convert_to_numpy(ops.copy(ops.convert_to_tensor(variable))))


def _variables(model: Any) -> list[Any]:
    groups = (model.trainable_variables, model.non_trainable_variables, model.optimizer.variables)
    return [variable for group in groups for variable in group]

"""Does the weight decay follow the rate? Tried on a copy of the optimizer."""

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

from paceline.health._finding import Finding
from paceline.health._optimizers import clone, inner_optimizers

_DECAY = 0.01
"""Small enough that 1 - d and exp(-d) differ by less than what counts as proportional."""
_PROPORTIONAL = 0.01
_PLAIN = {"use_ema": False, "gradient_accumulation_steps": None}


def weight_decay(optimizer: Any) -> Iterator[Finding]:
    """Yield the optimizers whose weight decay stays as it is when the rate changes."""
    for inner in inner_optimizers(optimizer):
        if not inner.weight_decay:
            continue
        try:
            full, half = _shrinkage(inner, 1.0), _shrinkage(inner, 0.5)
        except Exception:  # its config does not make it again: nothing is known
            continue
        if abs(full - 2 * half) <= _PROPORTIONAL * abs(full):
            continue
        yield Finding(
            name="weight_decay",
            found=(
                f"The weight decay of {type(inner).__name__} (weight_decay={inner.weight_decay}) "
                f"does not follow the rate: with weight_decay={_DECAY}, a weight of 1 shrinks by "
                f"{full:.3g} at rate 1.0, and at rate 0.5 by {half:.3g}, not {full / 2:.3g}."
            ),
            remedy=(
                "Multiply it by the rate, as Keras' optimizers do, in _apply_weight_decay: "
                "variable.assign(variable - variable * self.weight_decay * self.learning_rate)"
            ),
        )


def _shrinkage(optimizer: Any, rate: float) -> float:
    """Return by how much the decay lowers a weight of 1 in one update without a gradient.

    What the update does to it without decay does not count: Ftrl sets it to 0.
    """
    return _weight(optimizer, rate, 0.0) - _weight(optimizer, rate, _DECAY)


def _weight(optimizer: Any, rate: float, decay: float) -> float:
    twin = clone(optimizer, weight_decay=decay, **_PLAIN)
    twin.learning_rate = rate
    weight = keras.Variable(np.ones((2, 2)), dtype="float32", name="weight")
    twin.build([weight])
    twin.apply([keras.ops.zeros((2, 2))])
    return float(keras.ops.mean(weight))

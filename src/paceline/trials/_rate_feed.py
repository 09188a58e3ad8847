"""The rate as data: what lets one traced program serve every schedule."""

from typing import Any

import keras


class RateFeed(keras.optimizers.schedules.LearningRateSchedule):
    """Reads the rate of a step from an array that the loop binds while it is traced."""

    def __init__(self) -> None:
        self.rates: Any = None

    def __call__(self, step: Any) -> Any:
        rates = keras.ops.convert_to_tensor(self.rates)
        last = keras.ops.shape(rates)[0] - 1
        return keras.ops.take(rates, keras.ops.minimum(step, last))

    def get_config(self) -> dict[str, Any]:
        """Return nothing: the rates are no part of the optimizer."""
        return {}

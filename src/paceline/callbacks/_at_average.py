"""A fit that measures and saves at the average of a schedule-free optimizer."""

from typing import Any

import keras

from paceline.optimizers._schedule_free import schedule_free, to_average, to_training


class AtAverage(keras.callbacks.Callback):
    """Lets `fit` train at y and validate and save at x, the average of a schedule-free optimizer.

    x = (y - (1 - beta)*z) / beta. The model is at y from the beginning of an epoch, at x from its
    validation, or else from its end, and stays there after `fit`. A callback that saves or measures
    at the end of an epoch comes after this one in the list; with validation data the order does not
    matter. What is saved in the middle of an epoch (`save_freq=100`) is at y: after loading it call
    `optimizer.to_average()`.

    Raises:
        TypeError: in `fit`, an optimizer that is not schedule-free.

    Example:
        >>> import numpy as np
        >>> from paceline.optimizers import ScheduleFreeSGD
        >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
        >>> model.compile(ScheduleFreeSGD(0.1), "mse")
        >>> x, y = np.ones((8, 2)), np.ones((8, 1))
        >>> history = model.fit(x, y, epochs=2, verbose=0, callbacks=[AtAverage()])
        >>> model.optimizer.at_average
        True
    """

    def set_model(self, model: Any) -> None:
        """Check the optimizer."""
        super().set_model(model)
        if schedule_free(model.optimizer) is None:
            raise TypeError(
                "AtAverage needs a schedule-free optimizer; got "
                f"{type(model.optimizer).__name__}. Compile with "
                "paceline.optimizers.ScheduleFreeAdamW, or leave the callback out."
            )

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Train at y."""
        to_training(self.model.optimizer)

    def on_test_begin(self, logs: Any = None) -> None:
        """Measure at x."""
        to_average(self.model.optimizer)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Save at x."""
        to_average(self.model.optimizer)

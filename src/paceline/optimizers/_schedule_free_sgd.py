"""Schedule-free SGD."""

from __future__ import annotations

from typing import Any

import keras

from paceline.optimizers._schedule_free import ScheduleFree, between_0_and_1


@keras.saving.register_keras_serializable(package="paceline")
class ScheduleFreeSGD(ScheduleFree):
    """SGD that needs no decay of the rate: it averages, and takes gradients near the average.

    With gradient g at y, rate r, beta = momentum and w = (largest rate so far)^2, one update is
    u = g + weight_decay*y, c = w / (sum of w so far), z = z - r*u, x = (1 - c)*x + c*z,
    y = beta*x + (1 - beta)*z. The model holds y while it trains, and x = (y - (1 - beta)*z) / beta
    to evaluate, predict and save: `callbacks.AtAverage` moves it in `fit`, `to_average()` and
    `to_training()` in a loop of one's own. The rate may be a schedule; a warm-up helps, a decay
    does not.

    Args:
        learning_rate: a float, 10 to 50 times that of SGD with momentum, or a schedule.
        momentum: beta, above 0 and below 1.
        weight_decay: of y, taken from z, 0 or more; None for none.
        **options: of every Keras optimizer: `clipnorm`, `clipvalue`, `global_clipnorm`,
            `loss_scale_factor`, `gradient_accumulation_steps`, `name`.

    Raises:
        TypeError: an argument of another type.
        ValueError: a number out of its range, `use_ema`, an option that no optimizer has.

    Example:
        >>> optimizer = ScheduleFreeSGD(1.0, momentum=0.9)
        >>> weight = keras.Variable([1.0])
        >>> for _ in range(50):
        ...     optimizer.apply([weight.value], [weight])
        >>> optimizer.to_average()
        >>> bool(abs(float(weight[0])) < 0.1)
        True

    Source: Defazio et al., "The Road Less Scheduled", 2024, equations 3 to 5.
    """

    def __init__(
        self,
        learning_rate: Any = 1.0,
        *,
        momentum: float = 0.9,
        weight_decay: float | None = None,
        **options: Any,
    ) -> None:
        """Check the arguments."""
        momentum = between_0_and_1(momentum, owner="ScheduleFreeSGD", name="momentum")
        super().__init__(learning_rate, beta=momentum, weight_decay=weight_decay, **options)
        self.momentum = momentum

    def _direction(self, gradient: Any, index: int, updates: Any) -> Any:
        return gradient

    def get_config(self) -> dict[str, Any]:
        """Return the arguments."""
        return super().get_config() | {"momentum": self.momentum}

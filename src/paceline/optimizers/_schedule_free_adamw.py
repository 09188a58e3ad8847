"""Schedule-free AdamW."""

from __future__ import annotations

import math
from typing import Any

import keras
from keras import ops

from paceline.optimizers._schedule_free import ScheduleFree, between_0_and_1
from paceline.schedules import _checks


@keras.saving.register_keras_serializable(package="paceline")
class ScheduleFreeAdamW(ScheduleFree):
    """AdamW that needs no decay of the rate: it averages, and takes gradients near the average.

    With gradient g at y, rate r, w = (largest rate so far)^2, update k is
    v = beta_2*v + (1 - beta_2)*g^2, u = g / (sqrt(v / (1 - beta_2^k)) + epsilon) + weight_decay*y,
    c = w / (sum of w so far), z = z - r*u, x = (1 - c)*x + c*z, y = beta_1*x + (1 - beta_1)*z. The
    model holds y while it trains, and x = (y - (1 - beta_1)*z) / beta_1 to evaluate, predict and
    save: `callbacks.AtAverage` moves it in `fit`, `to_average()` and `to_training()` in a loop of
    one's own. The rate may be a schedule; a warm-up helps, a decay does not. Keras' own of this
    name never moves to x, and decays y alone, which drives x away.

    Args:
        learning_rate: a float, 1 to 10 times that of AdamW, or a schedule.
        beta_1: how near to x gradients are taken, above 0 and below 1.
        beta_2: of the mean of squares, above 0 and below 1.
        epsilon: what keeps the division finite, above 0.
        weight_decay: of y, taken from z, 0 or more; None for none.
        **options: of every Keras optimizer: `clipnorm`, `clipvalue`, `global_clipnorm`,
            `loss_scale_factor`, `gradient_accumulation_steps`, `name`.

    Raises:
        TypeError: an argument of another type.
        ValueError: a number out of its range, `use_ema`, an option that no optimizer has.

    Example:
        >>> from paceline.schedules import warmup
        >>> rate = warmup(peak=2.5e-3, steps=100)
        >>> optimizer = ScheduleFreeAdamW(rate, weight_decay=0.01)

    Source: Defazio et al., "The Road Less Scheduled", 2024, algorithm 1, with Adam's correction in
    the direction alone and not in the weights of the average.
    """

    def __init__(
        self,
        learning_rate: Any = 2.5e-3,
        *,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        weight_decay: float | None = None,
        **options: Any,
    ) -> None:
        """Check the arguments."""
        owner = "ScheduleFreeAdamW"
        beta_1 = between_0_and_1(beta_1, owner=owner, name="beta_1")
        super().__init__(learning_rate, beta=beta_1, weight_decay=weight_decay, **options)
        self.beta_1 = beta_1
        self.beta_2 = between_0_and_1(beta_2, owner=owner, name="beta_2")
        fix = "Give a small number such as 1e-8."
        self.epsilon = _checks.above_zero(epsilon, owner=owner, name="epsilon", fix=fix)

    def build(self, variables: list[Any]) -> None:
        """Make room for the means of squares too."""
        if self.built:
            return
        super().build(variables)
        self._velocities = self.add_optimizer_variables(variables, "velocity")

    def _direction(self, gradient: Any, index: int, updates: Any) -> Any:
        velocity = self._velocities[index]
        mean = velocity + (1 - self.beta_2) * (ops.square(gradient) - velocity)
        self.assign(velocity, mean)
        # 1 - beta_2^k loses 4 digits in float32 while k is small
        correction = -ops.expm1(updates * math.log(self.beta_2))
        return gradient / (ops.sqrt(mean / ops.cast(correction, mean.dtype)) + self.epsilon)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments."""
        own = {"beta_1": self.beta_1, "beta_2": self.beta_2, "epsilon": self.epsilon}
        return super().get_config() | own

"""Adam that finds its rate by itself."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from paceline.optimizers._gradients import summed
from paceline.optimizers._value import value_of
from paceline.schedules import _checks


@keras.saving.register_keras_serializable(package="paceline")
class Prodigy(keras.optimizers.Optimizer):
    """Adam whose rate is an estimate d of how far the solution is, times the schedule.

    With g the gradient at x, x_0 the weights before the first update, and the rate
    y = schedule(t) * sqrt(1 - b2^(t+1)) / (1 - b1^(t+1)), which has Adam's bias correction:

    m = b1*m + (1 - b1)*d*g, v = b2*v + (1 - b2)*d^2*g^2,
    r = b3*r + y*d^2*<g, x_0 - x>, s = b3*s + y*d^2*g (with safeguard_warmup, s = b3*s + d^2*g),
    d' = max(d, d_coef * r / |s|_1), x = x - y*d * (m / (sqrt(v) + d'*epsilon) + weight_decay*x).

    r and |s|_1 are sums over all weights, so that all have the same d; a layer may be frozen by
    `with_rates`, but none can have a rate of its own.

    Args:
        learning_rate: a factor of d: 1, or a schedule whose peak is 1.
        beta_1: b1, from 0 to below 1.
        beta_2: b2, from 0 to below 1.
        beta_3: b3, from 0 to below 1; None: the root of beta_2.
        epsilon: keeps the divisor above 0.
        d0: the first d, below the rate that will be found; it changes little.
        d_coef: multiplies the estimate, for a d that is found too large or small.
        safeguard_warmup: leaves the rate out of s, for a long warm-up.
        weight_decay: as in AdamW, it follows the rate; None or 0: none.
        options: Keras' own, such as `clipnorm`, `use_ema` and `gradient_accumulation_steps`.

    Raises:
        TypeError: an argument of another type.
        ValueError: a number out of its range.

    Example:
        >>> import keras
        >>> x = keras.Variable([3.0, -2.0])
        >>> optimizer = Prodigy(d0=1e-3)
        >>> for _ in range(60):
        ...     optimizer.apply([2.0 * x], [x])
        >>> 0.1 < optimizer.d < 10
        True

    Source: Mishchenko and Defazio, "Prodigy: An Expeditiously Adaptive Parameter-Free Learner",
    2024, its Adam version; with the bias correction and d' beside epsilon that `optax.contrib` has.
    """

    def __init__(
        self,
        learning_rate: Any = 1.0,
        *,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        beta_3: float | None = None,
        epsilon: float = 1e-8,
        d0: float = 1e-6,
        d_coef: float = 1.0,
        safeguard_warmup: bool = False,
        weight_decay: float | None = None,
        name: str = "prodigy",
        **options: Any,
    ) -> None:
        """Check the arguments."""
        if weight_decay is not None:
            weight_decay = _checks.rate(weight_decay, owner="Prodigy", name="weight_decay")
        super().__init__(
            learning_rate=learning_rate, weight_decay=weight_decay, name=name, **options
        )
        self.beta_1 = _below_one("beta_1", beta_1)
        self.beta_2 = _below_one("beta_2", beta_2)
        self.beta_3 = None if beta_3 is None else _below_one("beta_3", beta_3)
        positive = {"epsilon": epsilon, "d0": d0, "d_coef": d_coef}
        for each, value in positive.items():
            fix = "Leave it out."
            setattr(self, each, _checks.above_zero(value, owner="Prodigy", name=each, fix=fix))
        self.safeguard_warmup = safeguard_warmup
        _checks.flag(self, "safeguard_warmup")

    def build(self, variables: list[Any]) -> None:
        """Make the slots: m, v, s and x_0 of each variable; d and r."""
        if self.built:
            return
        super().build(variables)
        names = ["momentum", "velocity", "gradient_sum", "start"]
        self._slots = list(zip(*self.add_optimizer_variables(variables, names), strict=True))
        self._d = self._scalar("d", self.d0)
        self._numerator = self._scalar("numerator", 0.0)

    def _scalar(self, name: str, value: float) -> Any:
        return self.add_variable(
            shape=(),
            initializer=keras.initializers.Constant(value),
            dtype="float32",
            aggregation="only_first_replica",
            name=name,
        )

    @property
    def d(self) -> float:
        """The estimate: the rate that it found, times the schedule the rate of the last update."""
        return float(value_of(self._d)) if self.built else self.d0

    def _apply_weight_decay(self, variables: list[Any]) -> None:
        """Do nothing: the decay is part of the update, as it is multiplied by d."""

    def _backend_update_step(
        self, grads: list[Any], trainable_variables: list[Any], learning_rate: Any
    ) -> None:
        gradients = summed(self, grads)
        known, scalars = self._estimate(gradients, trainable_variables, learning_rate)
        others = self._others(trainable_variables)
        known += [(None, None, self._start_of(each)) for each in others]
        variables = [*trainable_variables, *others]
        if keras.backend.backend() != "tensorflow":
            super()._backend_update_step(known, variables, scalars)
            return
        from tensorflow import __internal__ as internal

        internal.distribute.interim.maybe_merge_call(  # Keras' own would sum the gradients again
            self._distributed_tf_update_step,
            self._distribution_strategy,
            [(each, getattr(v, "value", v)) for each, v in zip(known, variables, strict=True)],
            scalars,
        )

    def _others(self, variables: list[Any]) -> list[Any]:
        """Return the variables that have no gradient in this update: x_0 is theirs too."""
        given = set(map(self._get_variable_index, variables))
        return [each for i, each in enumerate(self._trainable_variables) if i not in given]

    def _start_of(self, variable: Any) -> Any:
        """Return x_0: weights may be loaded after `build`, so it is taken at the first update."""
        start = self._slots[self._get_variable_index(variable)][3]
        values = [ops.convert_to_tensor(each) for each in (variable, start)]
        return ops.where(ops.equal(self.iterations, 0), *values)

    def _estimate(
        self, gradients: list[Any], variables: list[Any], learning_rate: Any
    ) -> tuple[list[Any], tuple[Any, Any]]:
        """Set r and d; return d*g, s and x_0 of each variable, and y*d and d'*epsilon."""
        d = 1.0 * ops.convert_to_tensor(self._d)  # a value of its own, that stays when d is set
        update = ops.cast(self.iterations + 1, "float32")
        powers = [ops.power(ops.cast(b, "float32"), update) for b in (self.beta_1, self.beta_2)]
        correction = ops.sqrt(1 - powers[1]) / (1 - powers[0])
        rate = d * ops.cast(learning_rate, "float32") * correction
        beta_3 = self.beta_2**0.5 if self.beta_3 is None else self.beta_3
        weight = d if self.safeguard_warmup else rate
        known, along, size = [], 0.0, 0.0
        for gradient, variable in zip(gradients, variables, strict=True):
            gradient = ops.cast(gradient, variable.dtype)
            start = self._start_of(variable)
            moved = ops.cast(gradient * (start - variable), "float32")
            scaled = gradient * ops.cast(d, variable.dtype)
            gradient_sum = self._slots[self._get_variable_index(variable)][2]
            more = ops.cast(weight, variable.dtype) * scaled / self.d0
            new_sum = beta_3 * gradient_sum + more
            along += ops.sum(moved)
            size += ops.sum(ops.abs(ops.cast(new_sum, "float32")))
            known.append((scaled, new_sum, start))
        numerator = beta_3 * self._numerator + d / self.d0 * rate * along
        has_size = size > 0  # all gradients may be 0, and so may the first rate of a warm-up
        found = self.d_coef * numerator / ops.where(has_size, size, 1.0)
        new_d = ops.where(has_size, ops.maximum(d, found), d)
        self._numerator.assign(numerator)
        self._d.assign(new_d)
        return known, (rate, new_d * self.epsilon)

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Update a variable by what `_estimate` found about it and about all."""
        scaled, new_sum, new_start = gradient
        momentum, velocity, gradient_sum, start = self._slots[self._get_variable_index(variable)]
        self.assign(start, new_start)
        if scaled is None:
            return
        rate, epsilon = (ops.cast(each, variable.dtype) for each in learning_rate)
        self.assign(gradient_sum, new_sum)
        self.assign(momentum, self.beta_1 * momentum + (1 - self.beta_1) * scaled)
        self.assign(velocity, self.beta_2 * velocity + (1 - self.beta_2) * ops.square(scaled))
        step = rate * momentum / (ops.sqrt(velocity) + epsilon)
        if self.weight_decay and self._use_weight_decay(variable):
            step = step + self.weight_decay * rate * variable
        self.assign_sub(variable, step)

    def get_config(self) -> dict[str, Any]:
        """Return what it was made with."""
        names = ["beta_1", "beta_2", "beta_3", "epsilon", "d0", "d_coef", "safeguard_warmup"]
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}


def _below_one(name: str, value: Any) -> float:
    checked = _checks.rate(value, owner="Prodigy", name=name)
    if checked >= 1:
        raise ValueError(
            f"Prodigy needs {name} below 1; got {name}={value!r}. Leave it out, or write 0.9."
        )
    return checked

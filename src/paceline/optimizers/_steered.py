"""An optimizer around a user's own: rates per layer, and more than the rate by schedule."""

from __future__ import annotations

import contextlib
import types
from collections.abc import Iterator, Mapping
from typing import Any, Self

import keras

from paceline.optimizers._adjustment import Adjustment
from paceline.optimizers._current import Current
from paceline.optimizers._norms import Norms
from paceline.optimizers._patterns import Patterns, RateOf, RateOfVariable, check_one_rate
from paceline.optimizers._prodigy import Prodigy
from paceline.optimizers._seen import Seen
from paceline.optimizers._steered_config import arguments_in, config_of
from paceline.optimizers._value import value_of
from paceline.optimizers._watchers import Watchers
from paceline.schedules import Schedule, _checks

_MIRRORED = (
    "weight_decay",
    "clipnorm",
    "clipvalue",
    "global_clipnorm",
    "use_ema",
    "ema_momentum",
    "ema_overwrite_frequency",
    "loss_scale_factor",
    "gradient_accumulation_steps",
)
_SHARED = (
    "_trainable_variables",
    "_trainable_variables_indices",
    "_accumulated_gradients",
    "_model_variables_moving_average",
)


@keras.saving.register_keras_serializable(package="paceline")
class Steered(keras.optimizers.Optimizer):
    """A Keras optimizer whose rates, momentum and weight decay are steered from outside.

    `with_rates` and `scheduled` make it. It holds the user's optimizer, which computes every
    update; what it adds is which rate each variable's update gets, and what momentum and weight
    decay are at this step. All of that is a function of the step, and the factor of an adjustable
    one is saved in an entry of its own: so a checkpoint of the user's optimizer loads into it, and
    its own into the user's.

    Args:
        optimizer: the user's optimizer, not built yet or built.
        rates: patterns of variables, each with a factor of the optimizer's rate or with a schedule
            of its own; the first that matches a variable holds.
        hyperparameters: "momentum", "beta_1" and "weight_decay", each with its schedule.
        independent: whether the weight decay is not multiplied by the rate.
        adjustable: whether the rate has a factor that callbacks may change.
        norms: which norm of the gradient is kept, 1 or 2, and of how many updates; None: none is.

    Raises:
        TypeError: no Keras optimizer.
        ValueError: at `build`, a pattern that matches no variable, several rates for `Prodigy`.
    """

    optimizer: keras.optimizers.Optimizer
    """The user's optimizer."""

    patterns: Patterns
    hyperparameters: dict[str, Schedule]
    independent: bool
    adjustable: bool
    watchers: Watchers
    norms: Norms | None

    def __init__(
        self,
        optimizer: keras.optimizers.Optimizer,
        *,
        rates: Mapping[str, RateOf] | None = None,
        hyperparameters: Mapping[str, Schedule] | None = None,
        independent: bool = False,
        adjustable: bool = False,
        norms: tuple[int, int] | None = None,
        name: str | None = None,
    ) -> None:
        """Take over from `optimizer`."""
        given = {each: getattr(optimizer, each) for each in _MIRRORED}
        super().__init__(learning_rate=0.0, name=name or optimizer.name, **given)
        currents = {
            each: Current(schedule, getattr(optimizer, each))
            for each, schedule in (hyperparameters or {}).items()
            if each != "weight_decay"
        }
        for each, current in currents.items():
            current.put(optimizer, each)
        self.__dict__.update(  # past Keras, which would track all of it as state of this one
            # in no attribute that Keras visits when it saves: its state would be written twice
            _held=types.SimpleNamespace(optimizer=optimizer),
            _iterations=optimizer._iterations,
            _learning_rate=optimizer._learning_rate,
            _currents=currents,
            patterns=Patterns(rates or {}),
            hyperparameters=dict(hyperparameters or {}),
            independent=independent,
            adjustable=adjustable,
            watchers=Watchers(),
            norms=None,
        )
        if norms is not None:
            self.keep_norms(*norms)
        if optimizer.built:
            self._share()

    def __getattr__(self, name: str) -> Any:
        held = self.__dict__.get("_held")
        if held is None or name.startswith("_"):
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")
        if name in self._currents:  # by schedule: it has no number that is its value
            return self._currents[name].schedule
        return held.optimizer if name == "optimizer" else getattr(held.optimizer, name)

    def build(self, variables: list[Any]) -> None:
        """Build the optimizer inside, and find the rate of each variable."""
        if self.built:
            return
        if not self.optimizer.built:
            self.optimizer.build(variables)
        self._share()

    def _share(self) -> None:
        for name in _SHARED:
            if name in self.optimizer.__dict__:
                self.__dict__[name] = self.optimizer.__dict__[name]
        self.patterns.match([_path(each) for each in self._trainable_variables])
        if isinstance(self.optimizer, Prodigy):
            check_one_rate(self.patterns)
        if self.adjustable:
            with self._strategy.scope() if self._strategy else contextlib.nullcontext():
                self.adjustment = Adjustment()
        self.built = True

    @property
    def _strategy(self) -> Any:
        """TensorFlow's strategy, under which the optimizer inside was made."""
        return getattr(self.optimizer, "_distribution_strategy", None)

    @property
    def variables(self) -> list[Any]:
        """The variables of the optimizer inside, the factor and the norms where it has them."""
        own = [self.adjustment.factor] if self.adjustable and self.built else []
        own += [] if self.norms is None else [self.norms.ring]
        return [*self.optimizer.variables, *own]

    @property
    def factor(self) -> float:
        """What the rate is multiplied by.

        Raises:
            ValueError: set to what is no number of 0 or more, or where it is not adjustable.
        """
        return float(value_of(self._adjusted().factor))

    @factor.setter
    def factor(self, factor: float) -> None:
        value = _checks.rate(factor, owner="adjustable", name="factor")
        adjustment = self._adjusted()
        with self.watchers.changing():
            adjustment.factor.assign(value)

    def _adjusted(self) -> Adjustment:
        if not (self.adjustable and self.built):
            raise ValueError(
                f"factor needs an optimizer that is adjustable and built; got {self.name!r}. Write "
                "paceline.optimizers.adjustable(optimizer), and build it."
            )
        return self.adjustment

    def keep_norms(self, order: int, keeps: int) -> None:
        """Keep the gradient's norms of the last updates: see `with_norms`."""
        self.__dict__["norms"] = Norms(order, keeps, self._strategy)

    def norms_since(self, first: int) -> Any:
        """Return the norms of the updates from `first` to the last one [updates]."""
        if self.norms is None:
            raise ValueError(
                f"norms_since needs an optimizer that keeps norms; got {self.name!r}. Write "
                "paceline.optimizers.with_norms(optimizer)."
            )
        return self.norms.read(first, int(value_of(self.iterations)))

    def _clip_gradients(self, grads: list[Any]) -> Any:
        if self.norms is not None:  # here Keras has the whole gradient, as the loss gives it
            self.norms.write(self, grads)
        return super()._clip_gradients(grads)

    def _get_current_learning_rate(self) -> Any:
        return self._adjust(super()._get_current_learning_rate())

    def _adjust(self, rate: Any) -> Any:
        return rate * self.adjustment.factor if self.adjustable and self.built else rate

    @property
    def learning_rate(self) -> Any:
        """The optimizer's rate at this step; a variable's own is in `table()`."""
        return self._get_current_learning_rate()

    @learning_rate.setter
    def learning_rate(self, rate: Any) -> None:
        self.optimizer.learning_rate = rate
        self.__dict__["_learning_rate"] = self.optimizer._learning_rate

    def table(self) -> list[RateOfVariable]:
        """Return which rate each trainable variable has, in their order.

        Raises:
            ValueError: an optimizer that is not built yet.
        """
        if not self.built:
            raise ValueError(
                "table needs an optimizer that is built; got one without variables. Call "
                "optimizer.build(model.trainable_variables)."
            )
        return list(self.patterns.rows)

    def _grouped(self, variables: list[Any]) -> Iterator[tuple[RateOf, list[int]]]:
        """Yield each rate with the numbers of those of `variables` that it holds for."""
        yield from self.patterns.grouped([self._get_variable_index(each) for each in variables])

    def _rate_of(self, rate: RateOf) -> Any:
        if isinstance(rate, Schedule):
            return self._adjust(rate(self._iterations))
        current = self._get_current_learning_rate()
        return current if rate == 1 else current * rate

    def _backend_update_step(
        self, grads: list[Any], trainable_variables: list[Any], learning_rate: Any
    ) -> None:
        for name, current in self._currents.items():
            current.take(self._iterations)
            current.put(self.optimizer, name)
        product = getattr(self.optimizer, "_u_product", None)  # Nadam multiplies it at every call
        before = None if product is None else keras.ops.copy(product)
        for group, (rate, numbers) in enumerate(self._grouped(trainable_variables)):
            if group and product is not None:
                product.assign(before)
            self.optimizer._backend_update_step(
                [grads[number] for number in numbers],
                [trainable_variables[number] for number in numbers],
                self._rate_of(rate),
            )

    def _apply_weight_decay(self, variables: list[Any]) -> None:
        schedule = self.hyperparameters.get("weight_decay")
        decay = {}
        if schedule is not None:  # Muon has one of its own for what it gives to Adam
            decay = dict.fromkeys(("weight_decay", "adam_weight_decay"), schedule(self._iterations))
        decaying = [each for each in variables if self.optimizer._use_weight_decay(each)]
        for rate, numbers in self._grouped(decaying):
            current = 1.0 if self.independent else self._rate_of(rate)
            seen = Seen(
                self.optimizer,
                learning_rate=current,
                _get_current_learning_rate=lambda current=current: current,
                **decay,
            )
            type(self.optimizer)._apply_weight_decay(seen, [decaying[each] for each in numbers])

    def finalize_variable_values(self, var_list: list[Any]) -> None:
        """Let the optimizer inside put its average in place, where it has one."""
        self.optimizer.finalize_variable_values(var_list)

    def exclude_from_weight_decay(self, var_list: Any = None, var_names: Any = None) -> None:
        """Leave variables out of the weight decay, as with any Keras optimizer."""
        self.optimizer.exclude_from_weight_decay(var_list, var_names)

    def set_weights(self, weights: Any) -> None:
        """Set the variables of the optimizer inside."""
        self.optimizer.set_weights(weights)

    def save_own_variables(self, store: Any) -> None:
        """Write what the optimizer inside would."""
        self.optimizer.save_own_variables(store)

    def load_own_variables(self, store: Any) -> None:
        """Read what an optimizer of the same kind wrote, wrapped or not."""
        self.optimizer.load_own_variables(store)

    def get_config(self) -> dict[str, Any]:
        """Return the optimizer inside, and how it is steered."""
        return config_of(self)

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Self:
        """Return the optimizer that `get_config` described."""
        return cls(**arguments_in(config, custom_objects))


def _path(variable: Any) -> str:
    return str(getattr(variable, "path", variable.name))

"""More than the rate by schedule: momentum and weight decay."""

from typing import Any

import keras
import numpy as np

from paceline.optimizers._prodigy import Prodigy
from paceline.optimizers._schedule_free import ScheduleFree
from paceline.optimizers._steer import steered
from paceline.optimizers._steered import Steered
from paceline.optimizers._value import value_of
from paceline.schedules import Constant, Schedule, _checks
from paceline.schedules._pieces import pieces_of

_BELOW_ONE = ("momentum", "beta_1")


def scheduled(
    optimizer: keras.optimizers.Optimizer,
    *,
    momentum: Schedule | float | None = None,
    beta_1: Schedule | float | None = None,
    weight_decay: Schedule | float | None = None,
    independent: bool = False,
) -> Steered:
    """Return `optimizer` with its momentum or weight decay by schedule.

    At update t the optimizer computes with momentum(t), or beta_1(t). The weights decay by
    w = w * (1 - rate(t) * weight_decay(t)), as Keras does it, so that the decay follows the rate
    (each layer's own, with `with_rates`); with `independent`, by w = w * (1 - weight_decay(t)).

    Args:
        optimizer: any Keras optimizer that has what is scheduled; weight decay every one has.
        momentum: of SGD or RMSprop, from 0 to below 1.
        beta_1: of Adam and its kin, from 0 to below 1.
        weight_decay: 0 or more.
        independent: whether the decay does not follow the rate.

    Raises:
        TypeError: no optimizer, or what is no schedule and no number.
        ValueError: nothing to schedule, a momentum of 1 or more, an optimizer that has none.

    Example:
        >>> import keras
        >>> from paceline.schedules import Linear, one_cycle
        >>> rate = one_cycle(peak=0.1, steps=100)
        >>> down = Linear(start=0.95, end=0.85, steps=30)
        >>> momentum = down >> Linear(start=0.85, end=0.95, steps=70)
        >>> optimizer = scheduled(keras.optimizers.SGD(rate, momentum=0.9), momentum=momentum)

    Source: Smith, "A disciplined approach to neural network hyper-parameters", 2018, section 4.3;
    Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2019, for the independent decay.
    """
    given = {"momentum": momentum, "beta_1": beta_1, "weight_decay": weight_decay}
    found = {name: _schedule(name, value) for name, value in given.items() if value is not None}
    if not found:
        raise ValueError(
            "scheduled needs momentum, beta_1 or weight_decay; got none of them. Give a schedule."
        )
    if not isinstance(independent, bool):
        raise TypeError(
            f"scheduled needs independent to be True or False; got independent={independent!r}. "
            "Write independent=True."
        )
    if independent and weight_decay is None:
        raise ValueError(
            "scheduled needs weight_decay where it is independent; got weight_decay=None. Give it."
        )
    inside = optimizer.optimizer if isinstance(optimizer, Steered) else optimizer
    if weight_decay is not None and isinstance(inside, Prodigy):
        raise ValueError(
            "scheduled needs an optimizer whose weight decay Keras computes; got Prodigy, whose "
            "decay follows the rate that it finds. Write Prodigy(weight_decay=...)."
        )
    for name in found:
        if name in _BELOW_ONE and isinstance(inside, keras.optimizers.Optimizer):
            _check_has(inside, name)
    changes: dict[str, Any] = {"hyperparameters": found}
    if weight_decay is not None:
        changes["independent"] = independent
    return steered(optimizer, "scheduled", **changes)


def _schedule(name: str, value: Any) -> Schedule:
    if not isinstance(value, Schedule):
        value = Constant(rate=_checks.rate(value, owner="scheduled", name=name))
    _ = value.length  # a recipe without steps says here that it has none
    if name in _BELOW_ONE:
        edges = [piece.step for piece in pieces_of(value, before=None, most=1_000)]
        places = np.array([*edges, *(step - 1 for step in edges), value.length or edges[-1]])
        largest = float(np.max(value(places)))
        if largest >= 1:
            raise ValueError(
                f"scheduled needs {name} below 1; got {name}={value!r}, which reaches {largest:g}. "
                "Multiply it, such as 0.95 * schedule."
            )
    return value


def _check_has(optimizer: keras.optimizers.Optimizer, name: str) -> None:
    if not hasattr(optimizer, name):
        other = next((each for each in _BELOW_ONE if hasattr(optimizer, each)), None)
        way = f"It has {other}." if other else "Use keras.optimizers.SGD or Adam."
        raise ValueError(
            f"scheduled needs an optimizer that has {name}; got {type(optimizer).__name__}. {way}"
        )
    if isinstance(optimizer, ScheduleFree):
        raise ValueError(
            f"scheduled needs {name} that may change; got {type(optimizer).__name__}, which finds "
            f"its average by the {name} that it was made with. Schedule its rate or weight decay."
        )
    if optimizer.built:
        updates = int(value_of(optimizer.iterations))
        raise ValueError(
            f"scheduled needs an optimizer that is not built yet, as its slots depend on {name}; "
            f"got {type(optimizer).__name__} with {updates} updates. Make a new "
            "one, and load its state."
        )

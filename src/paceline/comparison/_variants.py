"""What a comparison is asked to compare, checked before anything trains."""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np

from paceline.schedules import Schedule
from paceline.trials import Variant, check_uses_rate


def as_variants(schedules: Any, horizon: int) -> dict[str, Variant]:
    """Return the variants by name, each bound to the task's horizon.

    Raises:
        ValueError: none at all, a name that is empty or no text, a recipe that can't be bound, a
            rate that is negative or not finite.
        TypeError: no mapping, or something in it that is neither a schedule nor a variant.
        TaskError: an optimizer of a variant's own that ignores its rate.
    """
    if not isinstance(schedules, Mapping):
        raise TypeError(
            "compare needs schedules by name, such as {'cosine': paceline.cosine(peak=1e-2)}; got "
            f"{type(schedules).__name__}."
        )
    if not schedules:
        raise ValueError("compare needs at least one schedule; got none.")
    return {name: _variant(name, item, horizon) for name, item in schedules.items()}


def expression_of(item: Schedule | Variant) -> str:
    """Return the expression of a variant's schedule."""
    return repr(item.schedule if isinstance(item, Variant) else item)


def _variant(name: Any, item: Any, horizon: int) -> Variant:
    if not isinstance(name, str) or not name.strip() or not name.isprintable():
        raise ValueError(f"A schedule needs a name, a text of one line; got {name!r}.")
    if isinstance(item, Schedule):
        item = Variant(schedule=item)
    if not isinstance(item, Variant):
        raise TypeError(
            f"compare needs a schedule or a Variant for {name!r}; got {item!r} "
            f"({type(item).__name__}). {_instead_of(item)}"
        )
    if item.optimizer is not None:
        check_uses_rate(item.optimizer, owner=f"The variant {name!r}")
    variant = item.bound(horizon)
    rates = variant.schedule(np.arange(horizon))
    wrong = np.flatnonzero(~(np.isfinite(rates) & (rates >= 0)))
    if len(wrong):
        raise ValueError(
            f"A rate is 0 or more and finite; {name!r} gives {rates[wrong[0]]:g} at step "
            f"{wrong[0]}. Change its schedule {variant.schedule!r}."
        )
    return variant


def _instead_of(item: Any) -> str:
    if isinstance(item, int | float):
        return f"Write paceline.constant(peak={item!r})."
    if isinstance(item, keras.optimizers.schedules.LearningRateSchedule):
        return "A schedule of Keras is converted by paceline.from_keras(...)."
    return "For a rate of your own use paceline.schedules.Lambda(...)."

"""Putting the wrapper around an optimizer, once."""

from typing import Any

import keras

from paceline.optimizers._steered import Steered


def steered(optimizer: Any, owner: str, **changes: Any) -> Steered:
    """Return `optimizer` steered by `changes` too: one wrapper, however often it is called."""
    if not isinstance(optimizer, keras.optimizers.Optimizer):
        raise TypeError(
            f"{owner} needs a Keras optimizer; got {optimizer!r} ({type(optimizer).__name__}). "
            "Write keras.optimizers.SGD(schedule)."
        )
    if not isinstance(optimizer, Steered):
        return Steered(optimizer, **changes)
    rates = _once(owner, optimizer.patterns.given, changes.get("rates", {}))
    hyperparameters = _once(owner, optimizer.hyperparameters, changes.get("hyperparameters", {}))
    inside = optimizer.optimizer
    for name, current in optimizer._currents.items():
        inside.__dict__[name] = current.original
    wrapper = Steered(
        inside,
        rates=rates,
        hyperparameters=hyperparameters,
        independent=changes.get("independent", optimizer.independent),
        adjustable=changes.get("adjustable", optimizer.adjustable),
        norms=(norms.order, norms.keeps) if (norms := optimizer.norms) else None,
    )
    if optimizer.adjustable and optimizer.built:
        for name in ("factor", "memory"):
            getattr(wrapper.adjustment, name).assign(getattr(optimizer.adjustment, name).value)
    return wrapper


def _once(owner: str, old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    if again := old.keys() & new.keys():
        raise ValueError(
            f"{owner} needs each of them once; got {', '.join(sorted(again))} again. Leave one out."
        )
    return old | new

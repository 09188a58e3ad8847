"""Rates per layer: discriminative fine-tuning, layer-wise decay, frozen layers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras

from paceline.optimizers._patterns import RateOf
from paceline.optimizers._steer import steered
from paceline.optimizers._steered import Steered
from paceline.schedules import Schedule, _checks


def with_rates(
    optimizer: keras.optimizers.Optimizer, rates: Mapping[Any, RateOf | float]
) -> Steered:
    """Return `optimizer` with rates of their own for some layers.

    A variable's update is computed with rate = factor * rate of the optimizer, or with
    rate = schedule(step) where a schedule is given; so is its weight decay. What is scaled is the
    update and not the gradient, whose scale cancels in Adam. With factor 0 a variable is frozen:
    neither it nor its slots change. Of several patterns that match a variable, the first holds.

    Args:
        optimizer: any Keras optimizer.
        rates: for each layer, or pattern of variables' paths, a factor of 0 or more or a schedule.
            A pattern matches whole parts of a path: "dense_1" matches "dense_1/kernel", "block_*"
            matches "block_3/conv/bias", "*/bias" every bias.

    Raises:
        TypeError: no optimizer, a key that is neither a layer nor a text, a rate that is none.
        ValueError: a factor below 0; when it is built, a pattern that matches nothing.

    Example:
        >>> import keras
        >>> from paceline.schedules import cosine
        >>> model = keras.Sequential([
        ...     keras.Input((4,)), keras.layers.Dense(8, name="base"),
        ...     keras.layers.Dense(2, name="head"),
        ... ])
        >>> adam = keras.optimizers.Adam(cosine(peak=1e-3, steps=100))
        >>> optimizer = with_rates(adam, {"base": 0.1})
        >>> model.compile(optimizer, "mse")
        >>> optimizer.build(model.trainable_variables)
        >>> [(row.path.split("/", 1)[-1], row.rate) for row in optimizer.table()]
        [('base/kernel', 0.1), ('base/bias', 0.1), ('head/kernel', 1.0), ('head/bias', 1.0)]

    Source: Howard and Ruder, "Universal Language Model Fine-tuning", 2018, section 3.2; Bao et al.,
    "BEiT", 2022, for a factor that falls from layer to layer.
    """
    if not isinstance(rates, Mapping) or not rates:
        raise TypeError(
            f"with_rates needs rates, a dictionary with one or more; got rates={rates!r}. Write "
            '{"dense_1": 0.1}.'
        )
    checked = {_pattern(key): _rate(key, rate) for key, rate in rates.items()}
    return steered(optimizer, "with_rates", rates=checked)


def _pattern(key: Any) -> str:
    if isinstance(key, keras.layers.Layer):
        return str(getattr(key, "path", None) or key.name)
    if isinstance(key, str) and key:
        return key
    raise TypeError(
        f"with_rates needs layers or patterns of paths; got {key!r} ({type(key).__name__}). Write "
        'a layer\'s name, such as "dense_1".'
    )


def _rate(key: Any, rate: Any) -> RateOf:
    if isinstance(rate, Schedule):
        _ = rate.length  # a recipe without steps says here that it has none
        return rate
    return _checks.rate(rate, owner="with_rates", name=f"rates[{key!r}]")

"""The schedules of other libraries that have the shape of a recipe, over as many steps."""

import math
from collections.abc import Callable
from typing import Any

import jax
import keras
import numpy as np
import optax

PEAK = 0.1


def keras_peers(steps: int, dtype: type[np.floating[Any]]) -> dict[str, Any]:
    """Return Keras' schedules by our recipe's name; their dtype is that of the rate they get."""
    own, peak = keras.optimizers.schedules, dtype(PEAK)
    return {
        "linear": own.PolynomialDecay(peak, steps, end_learning_rate=0.0),
        "cosine": own.CosineDecay(peak, steps),
        "polynomial": own.PolynomialDecay(peak, steps, end_learning_rate=0.0, power=2.0),
        "exponential": own.ExponentialDecay(peak, steps, 0.1),
        "inverse_time": own.InverseTimeDecay(peak, steps // 10, 1.0),
        "step_decay": own.PiecewiseConstantDecay(
            [steps // 2, 3 * steps // 4], [peak, dtype(PEAK / 10), dtype(PEAK / 100)]
        ),
        "restarts": own.CosineDecayRestarts(peak, steps // 7),
    }


def _wsd(steps: int) -> optax.Schedule:
    parts = [
        optax.linear_schedule(0.0, PEAK, steps // 20),
        optax.constant_schedule(PEAK),
        optax.linear_schedule(PEAK, 0.0, steps // 5),
    ]
    return optax.join_schedules(parts, [steps // 20, steps - steps // 5])


def _flat_cosine(steps: int) -> optax.Schedule:
    parts = [optax.constant_schedule(PEAK), optax.cosine_decay_schedule(PEAK, steps // 4)]
    return optax.join_schedules(parts, [steps - steps // 4])


def _restarts(steps: int) -> optax.Schedule:
    lengths = [steps // 7, 2 * steps // 7, 4 * steps // 7]
    parts = [optax.cosine_decay_schedule(PEAK, length) for length in lengths]
    return optax.join_schedules(parts, [lengths[0], lengths[0] + lengths[1]])


OPTAX: dict[str, Callable[[int], optax.Schedule]] = {
    "linear": lambda steps: optax.linear_schedule(PEAK, 0.0, steps),
    "cosine": lambda steps: optax.cosine_decay_schedule(PEAK, steps),
    "polynomial": lambda steps: optax.polynomial_schedule(PEAK, 0.0, 2.0, steps),
    "exponential": lambda steps: optax.exponential_decay(PEAK, steps, 0.1),
    "step_decay": lambda steps: optax.piecewise_constant_schedule(
        PEAK, {steps // 2: 0.1, 3 * steps // 4: 0.1}
    ),
    "wsd": _wsd,
    "one_cycle": lambda steps: jax.vmap(optax.cosine_onecycle_schedule(steps, PEAK)),
    "flat_cosine": _flat_cosine,
    "restarts": _restarts,
}
"""Its one-cycle takes no array, hence the vmap; its constant gives one number for any array."""


def pytorch_peers(steps: int) -> dict[str, Callable[[], tuple[Any, Any]]]:
    """Return, by our recipe's name, what makes a PyTorch optimizer and its scheduler."""
    import torch
    from torch.optim import lr_scheduler as own
    from torch.optim.swa_utils import SWALR

    def made(build: Callable[[Any], Any]) -> Callable[[], tuple[Any, Any]]:
        def both() -> tuple[Any, Any]:
            optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=PEAK)
            return optimizer, build(optimizer)

        return both

    def function(rate: Callable[[int], float]) -> Callable[[], tuple[Any, Any]]:
        return made(lambda it: own.LambdaLR(it, rate))

    def chain(*parts: Callable[[Any], Any], at: list[int]) -> Callable[[], tuple[Any, Any]]:
        return made(lambda it: own.SequentialLR(it, [part(it) for part in parts], milestones=at))

    def flat(it: Any) -> Any:
        return own.ConstantLR(it, factor=1.0, total_iters=steps)

    tenth, fourth = steps // 10, steps // 4
    return {
        "constant": made(flat),
        "linear": made(
            lambda it: own.LinearLR(it, start_factor=1.0, end_factor=0.0, total_iters=steps)
        ),
        "cosine": made(lambda it: own.CosineAnnealingLR(it, T_max=steps)),
        "polynomial": made(lambda it: own.PolynomialLR(it, total_iters=steps, power=2.0)),
        "exponential": made(lambda it: own.ExponentialLR(it, gamma=0.1 ** (1 / steps))),
        "inverse_time": function(lambda step: 1 / (1 + step / tenth)),
        "step_decay": made(lambda it: own.MultiStepLR(it, [steps // 2, 3 * fourth], gamma=0.1)),
        "inverse_sqrt": function(
            lambda step: min((step + 1) / tenth, math.sqrt(tenth / (step + 1)))
        ),
        "noam": function(
            lambda step: 512**-0.5 * min((step + 1) ** -0.5, (step + 1) * tenth**-1.5)
        ),
        "power": function(lambda step: min(1.0, 588.8 * (128 * (step + 1)) ** -0.51)),
        "wsd": chain(
            lambda it: own.LinearLR(it, start_factor=0.01, total_iters=steps // 20),
            flat,
            lambda it: own.LinearLR(it, start_factor=1.0, end_factor=0.0, total_iters=steps // 5),
            at=[steps // 20, steps - steps // 5],
        ),
        "one_cycle": made(
            lambda it: own.OneCycleLR(it, PEAK, total_steps=steps, cycle_momentum=False)
        ),
        "cyclic": made(
            lambda it: own.CyclicLR(it, 0.01, PEAK, step_size_up=steps // 8, cycle_momentum=False)
        ),
        "restarts": made(lambda it: own.CosineAnnealingWarmRestarts(it, steps // 7, T_mult=2)),
        "flat_cosine": chain(
            flat, lambda it: own.CosineAnnealingLR(it, T_max=fourth), at=[steps - fourth]
        ),
        "rex": function(lambda step: (1 - step / steps) / (1 - step / steps / 2)),
        "tanh": function(lambda step: 0.5 - 0.5 * math.tanh(-6 + 9 * step / steps)),
        "swa": chain(flat, lambda it: SWALR(it, PEAK / 2, anneal_epochs=fourth), at=[steps // 2]),
    }

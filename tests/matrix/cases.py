"""Every optimizer and callback of Paceline in a small training, and what it makes of it."""

import contextlib
import dataclasses
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from optimizers.training import INPUTS, TARGETS, network, weights

import paceline
from paceline.callbacks import (
    AtAverage,
    GradientNorms,
    Greedy,
    RateRecorder,
    ReduceOnPlateau,
    SpikeGuard,
)
from paceline.optimizers import (
    Prodigy,
    ScheduleFreeAdamW,
    ScheduleFreeSGD,
    adjustable,
    scheduled,
    with_rates,
)
from paceline.schedules import Linear, Schedule

EPOCHS = 6
UPDATES = 4 * EPOCHS
RATE = paceline.cosine(peak=0.1, steps=UPDATES, warmup=2)
SPIKED = INPUTS.copy()
SPIKED[40, 1] = np.nan  # in the third of four batches


@dataclasses.dataclass(frozen=True, kw_only=True)
class Case:
    """What to train with, and what to look at afterwards beside the weights."""

    optimizer: Callable[..., Any]
    """Of a function that slows a schedule down, and of Keras' own options."""
    callbacks: Callable[[], list[Any]] = list
    seen: Callable[[Any, list[Any], dict[str, list[float]]], Any] = lambda *_: 0.0
    spikes: bool = False
    """Whether a batch of each epoch is not finite."""
    accumulates: bool = True
    """Whether four accumulated batches must give what one of four times the size gives."""


def momentum(slow: Callable[[Schedule], Schedule], **options: Any) -> Any:
    return keras.optimizers.SGD(slow(RATE), momentum=0.9, **options)


def inner(model: Any) -> Any:
    return getattr(model.optimizer, "inner_optimizer", model.optimizer)


CASES = {
    "recorder": Case(
        optimizer=momentum,
        callbacks=lambda: [RateRecorder()],
        seen=lambda model, callbacks, logs: (callbacks[0].rates, logs["learning_rate"]),
    ),
    "plateau": Case(
        optimizer=lambda slow, **options: adjustable(momentum(slow, **options)),
        callbacks=lambda: [ReduceOnPlateau(monitor="loss", factor=0.5, patience=1, threshold=0.3)],
        seen=lambda model, callbacks, logs: logs["rate_factor"],
    ),
    "greedy": Case(
        optimizer=lambda slow, **options: adjustable(momentum(slow, **options)),
        callbacks=lambda: [Greedy(monitor="loss", factor=0.8, threshold=0.1)],
        seen=lambda model, callbacks, logs: logs["rate_factor"],
    ),
    "guard": Case(
        optimizer=lambda slow, **options: adjustable(momentum(slow, **options)),
        callbacks=lambda: [SpikeGuard(every=1, factor=0.8, verbose=0)],
        seen=lambda model, callbacks, logs: logs["rate_factor"],
        spikes=True,
        accumulates=False,
    ),
    "rates": Case(
        optimizer=lambda slow, **options: with_rates(
            keras.optimizers.AdamW(slow(RATE), weight_decay=0.1, **options),
            {"base": 0.1, "head/bias": slow(Linear(start=0.1, end=0.0, steps=UPDATES))},
        ),
        seen=lambda model, callbacks, logs: weights(model, "base"),
    ),
    "scheduled": Case(
        optimizer=lambda slow, **options: scheduled(
            momentum(slow, **options),
            momentum=slow(Linear(start=0.95, end=0.85, steps=UPDATES)),
            weight_decay=slow(RATE),
        ),
    ),
    "schedule-free SGD": Case(
        optimizer=lambda slow, **options: ScheduleFreeSGD(slow(RATE), weight_decay=0.01, **options),
        callbacks=lambda: [AtAverage()],
        seen=lambda model, callbacks, logs: float(inner(model).at_average),
    ),
    "schedule-free AdamW": Case(
        optimizer=lambda slow, **options: ScheduleFreeAdamW(
            slow(RATE), weight_decay=0.01, **options
        ),
        callbacks=lambda: [AtAverage()],
        seen=lambda model, callbacks, logs: float(inner(model).at_average),
    ),
    "norms": Case(
        optimizer=momentum,
        callbacks=lambda: [GradientNorms()],
        seen=lambda model, callbacks, logs: (
            callbacks[0].norms,
            paceline.refine(callbacks[0].norms, peak=0.1)(np.arange(len(callbacks[0].norms))),
        ),
    ),
    "prodigy": Case(
        optimizer=lambda slow, **options: Prodigy(slow(10 * RATE), d0=1e-3, **options),
        seen=lambda model, callbacks, logs: np.log(inner(model).d),
    ),
}


def made(case: Case, *, micro: int = 1, strategy: Any = None, **options: Any) -> Any:
    """Return the case's model, compiled; schedules count updates of `micro` batches."""

    def slow(schedule: Schedule) -> Schedule:
        return schedule if micro == 1 else schedule.accumulated(micro)

    accumulation = {} if micro == 1 else {"gradient_accumulation_steps": micro}
    with strategy.scope() if strategy else contextlib.nullcontext():
        model = network()
        model.compile(case.optimizer(slow, **accumulation), "mse", **options)
        model.optimizer.build(model.trainable_variables)
    return model


def run(
    case: Case, model: Any, *, first: int = 0, last: int = EPOCHS, batch_size: int = 16
) -> dict[str, Any]:
    """Train it, and return the losses, the weights and what the case looks at."""
    callbacks = case.callbacks()
    logs = model.fit(
        *(SPIKED if case.spikes else INPUTS, TARGETS, batch_size),
        initial_epoch=first,
        epochs=last,
        shuffle=False,
        verbose=0,
        callbacks=callbacks,
        validation_data=(INPUTS, TARGETS),
    ).history
    seen = case.seen(model, callbacks, logs)
    parts = seen if isinstance(seen, tuple) else (seen,)
    return {
        "losses": np.array([*logs["loss"], *logs["val_loss"]]),
        "weights": weights(model),
        "seen": np.concatenate([np.ravel(part) for part in parts]),
    }

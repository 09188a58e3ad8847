"""Outcomes with known numbers."""

import dataclasses

import numpy as np

from paceline.comparison import ComparisonResult
from paceline.trials import Outcome


def outcome(variant: str, seed: int, validation: list[float], **changes) -> Outcome:
    steps = 10 * len(validation)
    fields = {
        "variant": variant,
        "seed": seed,
        "status": "done",
        "rates": np.full(steps, 0.1),
        "losses": np.linspace(2.0, 1.0, steps),
        "steps_per_epoch": 10,
        "validation": {"loss": np.array(validation), "accuracy": 1 - np.array(validation)},
        "test": {},
        "seconds": 1.0,
        "peak_memory": 1,
        "versions": {"keras": "3"},
    }
    return Outcome(**(fields | changes))


def failed(variant: str, seed: int) -> Outcome:
    nothing = np.empty(0)
    return dataclasses.replace(
        outcome(variant, seed, [], losses=nothing, rates=nothing, error="it broke"),
        status="failed",
        validation={},
    )


def result(*outcomes: Outcome, **changes) -> ComparisonResult:
    names = list(dict.fromkeys(item.variant for item in outcomes))
    fields = {
        "task": "task",
        "horizon": 20,
        "metric": "loss",
        "higher_is_better": False,
        "baseline": names[0],
        "target": 0.5,
        "margin": 0.01,
        "margin_rule": "as asked for",
        "seeds": tuple(dict.fromkeys(item.seed for item in outcomes)),
        "schedules": {name: f"Constant(rate={name!r})" for name in names},
        "rates": {name: np.full(20, 0.1) for name in names},
        "outcomes": outcomes,
        "environment": {},
    }
    return ComparisonResult(**(fields | changes))

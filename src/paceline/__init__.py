"""Paceline: the learning-rate toolkit for Keras 3 and TensorFlow 2.

Importing it registers the schedules and the optimizers with Keras; the verbs are loaded when they
are first used.
"""

import importlib
from typing import TYPE_CHECKING, Any

import paceline.optimizers  # noqa: F401, which registers them
from paceline.schedules import (
    constant,
    cosine,
    count_steps,
    cyclic,
    exponential,
    flat_cosine,
    from_keras,
    inverse_sqrt,
    inverse_time,
    linear,
    load_schedule,
    noam,
    one_cycle,
    polynomial,
    power,
    restarts,
    rex,
    save_schedule,
    step_decay,
    swa,
    tanh,
    warmup,
    wsd,
)

if TYPE_CHECKING:
    from paceline.comparison import compare
    from paceline.forecast import refine
    from paceline.health import audit, check, diagnose, resume
    from paceline.range_test import find
    from paceline.reporting import report
    from paceline.trials import Task, Variant
    from paceline.tuning import tune

_LATER = {
    "Task": "paceline.trials",
    "Variant": "paceline.trials",
    "audit": "paceline.health",
    "check": "paceline.health",
    "compare": "paceline.comparison",
    "diagnose": "paceline.health",
    "find": "paceline.range_test",
    "refine": "paceline.forecast",
    "report": "paceline.reporting",
    "resume": "paceline.health",
    "tune": "paceline.tuning",
}

__all__ = [
    "Task",
    "Variant",
    "audit",
    "check",
    "compare",
    "constant",
    "cosine",
    "count_steps",
    "cyclic",
    "diagnose",
    "exponential",
    "find",
    "flat_cosine",
    "from_keras",
    "inverse_sqrt",
    "inverse_time",
    "linear",
    "load_schedule",
    "noam",
    "one_cycle",
    "polynomial",
    "power",
    "refine",
    "report",
    "restarts",
    "resume",
    "rex",
    "save_schedule",
    "step_decay",
    "swa",
    "tanh",
    "tune",
    "warmup",
    "wsd",
]


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module 'paceline' has no attribute {name!r}")
    return getattr(importlib.import_module(_LATER[name]), name)


def __dir__() -> list[str]:
    return __all__

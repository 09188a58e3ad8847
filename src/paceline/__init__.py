"""Paceline: the learning-rate toolkit for Keras 3 and TensorFlow 2.

Importing it registers the schedules with Keras; the verbs are loaded when they are first used.
"""

import importlib
from typing import TYPE_CHECKING, Any

from paceline.schedules import (
    constant,
    cosine,
    exponential,
    linear,
    load_schedule,
    one_cycle,
    save_schedule,
    step_decay,
    wsd,
)

if TYPE_CHECKING:
    from paceline.comparison import compare
    from paceline.reporting import report
    from paceline.trials import Task, Variant

_LATER = {
    "Task": "paceline.trials",
    "Variant": "paceline.trials",
    "compare": "paceline.comparison",
    "report": "paceline.reporting",
}

__all__ = [
    "Task",
    "Variant",
    "compare",
    "constant",
    "cosine",
    "exponential",
    "linear",
    "load_schedule",
    "one_cycle",
    "report",
    "save_schedule",
    "step_decay",
    "wsd",
]


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module 'paceline' has no attribute {name!r}")
    return getattr(importlib.import_module(_LATER[name]), name)


def __dir__() -> list[str]:
    return __all__

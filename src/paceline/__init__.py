"""Paceline: the learning-rate toolkit for Keras 3 and TensorFlow 2."""

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

__all__ = [
    "constant",
    "cosine",
    "exponential",
    "linear",
    "load_schedule",
    "one_cycle",
    "save_schedule",
    "step_decay",
    "wsd",
]

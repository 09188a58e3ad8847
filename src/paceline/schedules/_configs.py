"""Schedules as configs, and back."""

from typing import Any

import keras

from paceline.schedules._schedule import Schedule


def serialized(schedule: Schedule) -> dict[str, Any]:
    """Return what `keras.saving.serialize_keras_object` does, which first imports TensorFlow."""
    kind = type(schedule)
    return {
        "module": kind.__module__,
        "class_name": kind.__name__,
        "config": schedule.get_config(),
        "registered_name": keras.saving.get_registered_name(kind),
    }


def deserialized(config: dict[str, Any]) -> Schedule:
    """Return what `keras.saving.deserialize_keras_object` does with a registered class."""
    known = keras.saving.get_registered_object(config.get("registered_name"))
    if isinstance(known, type) and issubclass(known, Schedule):
        return known.from_config(config["config"])
    return keras.saving.deserialize_keras_object(config)


def encoded(value: Any) -> Any:
    """Return a field as JSON-able values."""
    if isinstance(value, Schedule):
        return serialized(value)
    if isinstance(value, tuple):
        return [encoded(item) for item in value]
    return value


def decoded(value: Any) -> Any:
    """Return the field that `encoded` made a config of."""
    if isinstance(value, dict):
        return deserialized(value)
    if isinstance(value, list):
        return tuple(decoded(item) for item in value)
    return value

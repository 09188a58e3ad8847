"""Schedules as JSON files."""

import json
from pathlib import Path
from typing import Any

import keras

from paceline.schedules._schedule import Schedule

_FORMAT = 1


def save_schedule(schedule: Schedule, path: str | Path) -> None:
    """Write `schedule` to the JSON file `path`.

    Args:
        schedule: any schedule whose functions, if it has some, are registered with Keras.
        path: the file to write; it is replaced as a whole or not at all.

    Raises:
        TypeError: what is no schedule.
        ValueError: a recipe without steps, or a Lambda whose function is not registered.

    Example:
        >>> import tempfile, paceline
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     paceline.save_schedule(paceline.cosine(peak=0.1, steps=100), folder + "/cosine.json")
        ...     paceline.load_schedule(folder + "/cosine.json")
        Cosine(start=0.1, end=0.0, steps=100)
    """
    if not isinstance(schedule, Schedule):
        raise TypeError(
            f"save_schedule needs a Paceline schedule; got {schedule!r}. Build one, such as "
            "Constant(rate=1e-3)."
        )
    body = {"paceline_schedule": _FORMAT, "schedule": keras.saving.serialize_keras_object(schedule)}
    target = Path(path)
    draft = target.with_name(target.name + ".part")
    draft.write_text(json.dumps(body, indent=2) + "\n", encoding="utf-8")
    draft.replace(target)


def load_schedule(path: str | Path) -> Schedule:
    """Return the schedule that `save_schedule` wrote to `path`; no code of the file is run.

    Args:
        path: a JSON file that names nothing but Paceline's own registered classes.

    Raises:
        FileNotFoundError: no such file.
        ValueError: a file that is no schedule, or names a class that is not Paceline's.
    """
    text = Path(path).read_text(encoding="utf-8")
    try:
        body = json.loads(text)
        version, config = body["paceline_schedule"], body["schedule"]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(
            f"{path} is not a schedule file ({error!r}). Write one with paceline.save_schedule."
        ) from None
    if version != _FORMAT:
        raise ValueError(
            f"{path} has schedule format {version!r}; this Paceline reads {_FORMAT}. Update Paceline."
        )
    _refuse_foreign(config, path)
    return keras.saving.deserialize_keras_object(config)


def _refuse_foreign(config: Any, path: str | Path) -> None:
    if isinstance(config, list):
        for item in config:
            _refuse_foreign(item, path)
    elif isinstance(config, dict):
        name = config.get("registered_name")
        known = keras.saving.get_registered_object(name) if isinstance(name, str) else None
        if not (isinstance(known, type) and issubclass(known, Schedule)):
            raise ValueError(
                f"{path} names {name or config!r}, which is no registered Paceline schedule. "
                "A schedule file holds schedules only; import the module that defines yours first."
            )
        for value in config.get("config", {}).values():
            _refuse_foreign(value, path)

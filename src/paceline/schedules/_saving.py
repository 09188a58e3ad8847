"""Schedules as JSON files."""

import json
import uuid
from pathlib import Path
from typing import Any

import keras

from paceline.schedules._configs import deserialized, serialized
from paceline.schedules._schedule import Schedule

_FORMAT = 1


def save_schedule(schedule: Schedule, path: str | Path) -> None:
    """Write `schedule` to the JSON file `path`.

    Args:
        schedule: any schedule whose functions, if it has some, are registered with Keras.
        path: the file to write; it is replaced as a whole or not at all.

    Raises:
        TypeError: what is no schedule.
        ValueError: a recipe without steps, a Lambda whose function is not registered, or a class
            of your own that is not.
        FileNotFoundError: no such folder.

    Example:
        >>> import tempfile, paceline
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = folder + "/cosine.json"
        ...     paceline.save_schedule(paceline.cosine(peak=0.1, steps=100), file)
        ...     paceline.load_schedule(file)
        Cosine(start=0.1, end=0.0, steps=100)
    """
    if not isinstance(schedule, Schedule):
        raise TypeError(
            f"save_schedule needs a Paceline schedule; got {schedule!r}. Build one, such as "
            "Constant(rate=1e-3)."
        )
    config = serialized(schedule)
    _refuse_foreign(config, path)
    body = {"paceline_schedule": _FORMAT, "schedule": config}
    target = Path(path)
    if not target.parent.is_dir():
        raise FileNotFoundError(
            f"save_schedule needs the folder {target.parent}, which is not there; got "
            f"path={str(path)!r}. Make it first."
        )
    draft = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
    try:
        draft.write_text(json.dumps(body, indent=2) + "\n", encoding="utf-8")
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def load_schedule(path: str | Path) -> Schedule:
    """Return the schedule that `save_schedule` wrote to `path`; no code of the file is run.

    Args:
        path: a JSON file; it may name registered subclasses of Schedule and nothing else.

    Raises:
        FileNotFoundError: no such file.
        ValueError: a file that is no schedule, names a class that is not registered, or has a bad
            argument.

    Example:
        >>> import tempfile
        >>> from paceline.schedules import Rex, save_schedule
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     save_schedule(Rex(start=0.1, end=0.0, steps=100), folder + "/rex.json")
        ...     load_schedule(folder + "/rex.json")
        Rex(start=0.1, end=0.0, steps=100)
    """
    body = _json_in(path)
    if not (isinstance(body, dict) and {"paceline_schedule", "schedule"} <= body.keys()):
        raise ValueError(_no_schedule_file(path, "JSON of something else"))
    version, config = body["paceline_schedule"], body["schedule"]
    if version != _FORMAT:
        raise ValueError(
            f"{path} has schedule format {version!r}; this Paceline reads {_FORMAT}. "
            "Update Paceline."
        )
    if not isinstance(config, dict):
        raise ValueError(f"{path} needs a schedule; got {config!r}. Write one with save_schedule.")
    try:
        _refuse_foreign(config, path)
    except RecursionError:
        raise ValueError(f"{path} holds a schedule that is nested too deeply.") from None
    try:
        return deserialized(config)
    except (TypeError, ValueError, KeyError, RecursionError) as error:
        raise ValueError(
            f"{path} holds a schedule that can't be made: {error} Write it again with "
            "paceline.save_schedule."
        ) from None


def _json_in(path: str | Path) -> Any:
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        got = "no text"
    except ValueError:
        got = "no JSON"
    except RecursionError:
        got = "JSON that is nested too deeply"
    raise ValueError(_no_schedule_file(path, got))


def _no_schedule_file(path: str | Path, got: str) -> str:
    return (
        f"{path} is not a schedule file, the JSON that paceline.save_schedule writes; got {got}. "
        "Write one with paceline.save_schedule(schedule, path)."
    )


def _refuse_foreign(config: Any, path: str | Path) -> None:
    if isinstance(config, list):
        for item in config:
            _refuse_foreign(item, path)
    elif isinstance(config, dict):
        name = config.get("registered_name")
        known = keras.saving.get_registered_object(name) if isinstance(name, str) else None
        fields = config.get("config")
        if (
            not (isinstance(known, type) and issubclass(known, Schedule))
            or config.get("class_name") != known.__name__
            or set(config) != {"module", "class_name", "config", "registered_name"}
            or not isinstance(fields, dict)
        ):
            raise ValueError(
                f"{path} may name registered Paceline schedules only; got "
                f"{name or config.get('class_name') or config!r}. Register your own class with "
                "keras.saving.register_keras_serializable, and import it before."
            )
        for value in fields.values():
            _refuse_foreign(value, path)

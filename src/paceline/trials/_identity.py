"""What makes a task that task: the hash that a trial's key is made of."""

import ast
import hashlib
import inspect
import json
import textwrap
import types
from typing import Any

import keras
import numpy as np

from paceline.trials._data import Arrays
from paceline.trials._task import Task
from paceline.trials._trainer import TaskSource
from paceline.trials._variant import OptimizerOf, Variant


def task_identity(source: TaskSource, task: Task, model: Any) -> str:
    """Return a hash of what a task's numbers depend on.

    The model's, the optimizer's and the loss's config, the source of the functions and classes
    that make them (comments and layout do not count), the values of the data, the batch size and
    the epochs.
    """
    parts = {
        "model": _config(model),
        "shapes": [str(tuple(variable.shape)) for variable in model.variables],
        "optimizer": _config(model.optimizer),
        "loss": _described(task.loss),
        "metrics": _described(list(task.metrics)),
        "source": _sources(
            source if callable(source) else None,
            task.model,
            task.optimizer,
            *_own_classes(model),
        ),
        "data": [_data(part) for part in (task.train, task.validation, task.test)],
        "batch_size": task.batch_size,
        "epochs": int(task.epochs),
        "steps_per_epoch": task.steps_per_epoch,
    }
    return digest(parts)


def variant_identity(variant: Variant, horizon: int) -> str:
    """Return a hash of the rates of every update, and of the variant's optimizer and callbacks."""
    rates = variant.schedule(np.arange(horizon)).astype(np.float32)
    parts = {
        "rates": hashlib.sha256(rates.tobytes()).hexdigest(),
        "optimizer": _optimizer(variant.optimizer),
        "callbacks": [
            [type(callback).__name__, _sources(type(callback)), _plain(vars(callback))]
            for callback in variant.callbacks
        ],
    }
    return digest(parts)


def digest(parts: Any) -> str:
    """Return a hash of JSON-able `parts`."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def _optimizer(function: OptimizerOf | None) -> Any:
    if function is None:
        return None
    return [_config(function(0.0)), _sources(function)]


def _config(thing: Any) -> Any:
    try:
        config = _described(thing)
    except Exception:  # a model of one's own without get_config: its source stands for it
        return type(thing).__name__
    return config


def _described(thing: Any) -> Any:
    """A config without the names that Keras counts up, which differ from build to build."""
    config = keras.saving.serialize_keras_object(thing)
    names: dict[str, str] = {}
    return _renamed(config, names)


def _renamed(config: Any, names: dict[str, str]) -> Any:
    if isinstance(config, dict):
        for name in (
            (config.get("name"), (config.get("config") or {}).get("name"))
            if isinstance(config.get("config"), dict | None)
            else (config.get("name"),)
        ):
            if isinstance(name, str):
                names.setdefault(name, f"#{len(names)}")
        return {
            key: _renamed(value, names) for key, value in config.items() if key != "build_config"
        }
    if isinstance(config, list | tuple):
        return [_renamed(item, names) for item in config]
    return names.get(config, config) if isinstance(config, str) else config


def _data(data: Any) -> Any:
    if isinstance(data, Arrays):
        return data.digest()
    return None if data is None else [type(data).__name__, _sources(type(data))]


def _own_classes(model: Any) -> list[type]:
    classes = [type(layer) for layer in model._flatten_layers()]
    return [cls for cls in dict.fromkeys(classes) if not cls.__module__.startswith("keras.")]


def _plain(values: dict[str, Any]) -> dict[str, str]:
    return {
        name: repr(value)
        for name, value in sorted(values.items())
        if value is None or isinstance(value, bool | int | float | str | tuple)
    }


def _sources(*things: Any) -> list[str]:
    """The source of functions and classes and of what they use in their own module."""
    found: dict[str, str] = {}
    waiting = [thing for thing in things if thing is not None]
    while waiting:
        thing = waiting.pop()
        name = f"{getattr(thing, '__module__', '')}.{getattr(thing, '__qualname__', repr(thing))}"
        if name in found or str(getattr(thing, "__module__", "")).startswith("keras."):
            continue
        found[name] = _tree(thing)
        waiting.extend(_used(thing, found))
    return [f"{name}: {text}" for name, text in sorted(found.items())]


def _tree(thing: Any) -> str:
    try:
        return ast.dump(ast.parse(textwrap.dedent(inspect.getsource(thing))))
    except (OSError, TypeError, SyntaxError):
        code = getattr(thing, "__code__", None)
        return "" if code is None else code.co_code.hex() + repr(code.co_consts)


def _used(thing: Any, found: dict[str, str]) -> list[Any]:
    """What a function or a class's methods name in their own module; constants go to `found`."""
    functions = [thing] if inspect.isfunction(thing) else []
    if inspect.isclass(thing):
        functions = [item for item in vars(thing).values() if inspect.isfunction(item)]
    used = []
    for function in functions:
        for name in _names(function.__code__):
            value = function.__globals__.get(name)
            if isinstance(value, bool | int | float | str | tuple):
                found[f"{function.__module__}.{name}"] = repr(value)
            elif getattr(value, "__module__", None) == function.__module__:
                used.append(value)
    return used


def _names(code: types.CodeType) -> set[str]:
    inner = [item for item in code.co_consts if isinstance(item, types.CodeType)]
    return set(code.co_names).union(*(_names(item) for item in inner))

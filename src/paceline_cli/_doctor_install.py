"""What is installed, read from the packages' metadata: nothing is imported, nothing can break."""

import functools
import importlib.metadata
import importlib.util
import json
import os
import platform
import re
import sys
from pathlib import Path

from paceline_cli._check import Check

BACKENDS = ("tensorflow", "jax", "torch")

_REQUIREMENT = re.compile(r"([\w.-]+)(?:\[[^\]]*\])?>=([\d.]+)")


def checks() -> list[Check]:
    """Return the checks of Python, Paceline, Keras and the backends, in this order."""
    return [_python(), _paceline(), _keras(), *_legacy_keras(), _installed_backends(), backend()]


def configured() -> tuple[str, str]:
    """Return the backend that Keras would start on, and where that is written."""
    if name := os.environ.get("KERAS_BACKEND"):
        return name, "KERAS_BACKEND"
    home = os.environ.get("KERAS_HOME") or Path.home() / ".keras"
    file = Path(home) / "keras.json"
    try:
        return json.loads(file.read_text(encoding="utf-8"))["backend"], str(file)
    except (OSError, ValueError, KeyError, TypeError):
        return "tensorflow", "Keras' default"


def installed(module: str) -> str | None:
    """Return the version of `module`, "of unknown version", or None where it is missing."""
    if importlib.util.find_spec(module) is None:
        return None
    names = _distributions().get(module)
    return importlib.metadata.version(names[0]) if names else "of unknown version"


def backend() -> Check:
    """Check the backend that Keras is set to."""
    name, source = configured()
    if name not in BACKENDS:
        return Check(
            "Backend",
            "fail",
            f"{name!r} (from {source}) can't train a model",
            f"Set KERAS_BACKEND to one of {', '.join(BACKENDS)}.",
        )
    version = installed(name)
    if version is None:
        others = [f"KERAS_BACKEND={other}" for other in BACKENDS if installed(other)]
        or_set = f", or set {' or '.join(others)}" if others else ""
        found = f"{name} (from {source}) is not installed"
        return Check("Backend", "fail", found, f"{_install(name)}{or_set}.")
    if _older(version, _needed().get(name)):
        found = f"{name} {version} (from {source}) is older than {_needed()[name]}"
        return Check("Backend", "fail", found, f"{_install(name, upgrade=True)}.")
    return Check("Backend", "ok", f"{name} {version} (from {source})")


def _python() -> Check:
    version = platform.python_version()
    if (3, 11) <= sys.version_info < (3, 14):
        return Check("Python", "ok", f"{version} at {sys.executable}")
    remedy = "Make a virtual environment with Python 3.11, 3.12 or 3.13."
    return Check("Python", "fail", f"{version}; Paceline needs 3.11 to 3.13", remedy)


def _paceline() -> Check:
    try:
        version = importlib.metadata.version("paceline")
    except importlib.metadata.PackageNotFoundError:
        return Check("Paceline", "fail", "not installed", _install("tensorflow") + ".")
    missing = [name for name in _always_needed() if not _has_distribution(name)]
    if missing:
        found = f"{version}, without {', '.join(missing)}"
        return Check("Paceline", "fail", found, "pip install --upgrade paceline")
    return Check("Paceline", "ok", version)


def _keras() -> Check:
    version, least = installed("keras"), _needed().get("keras", "3.10")
    remedy = f'pip install --upgrade "keras>={least}"'
    if version is None:
        return Check("Keras", "fail", "not installed", remedy)
    if _older(version, "3"):
        found = f"Keras {version} is Keras 2; Paceline needs Keras {least} or newer"
        return Check("Keras", "fail", found, f"{remedy} (with TensorFlow 2.18 or newer)")
    if _older(version, least):
        return Check("Keras", "fail", f"{version}; Paceline needs {least} or newer", remedy)
    return Check("Keras", "ok", version)


def _legacy_keras() -> list[Check]:
    setting, package = os.environ.get("TF_USE_LEGACY_KERAS", ""), installed("tf_keras")
    if setting in {"1", "true", "True"}:
        found = f"TF_USE_LEGACY_KERAS={setting} makes tf.keras Keras 2, which Paceline can't train"
        return [Check("Legacy Keras", "fail", found, "unset TF_USE_LEGACY_KERAS")]
    if package:
        found = f"tf_keras {package} (Keras 2) is installed too; Paceline can't train its models"
        remedy = "Build models with 'import keras', not with 'import tf_keras'."
        return [Check("Legacy Keras", "warn", found, remedy)]
    return []


def _installed_backends() -> Check:
    found = [f"{name} {version}" for name in BACKENDS if (version := installed(name))]
    if found:
        return Check("Installed", "ok", ", ".join(found))
    remedy = _install("tensorflow") + "."
    return Check("Installed", "fail", f"none of {', '.join(BACKENDS)}", remedy)


def _install(extra: str, *, upgrade: bool = False) -> str:
    return f'pip install {"--upgrade " if upgrade else ""}"paceline[{extra}]"'


@functools.cache
def _distributions() -> dict[str, list[str]]:
    return dict(importlib.metadata.packages_distributions())


def _has_distribution(name: str) -> bool:
    try:
        importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def _requirements() -> list[str]:
    try:
        return importlib.metadata.requires("paceline") or []
    except importlib.metadata.PackageNotFoundError:
        return []


def _always_needed() -> list[str]:
    return [
        match[1]
        for text in _requirements()
        if "extra ==" not in text and (match := _REQUIREMENT.match(text))
    ]


def _needed() -> dict[str, str]:
    """Return the lowest version of each package, from Paceline's own metadata."""
    return {match[1]: match[2] for text in _requirements() if (match := _REQUIREMENT.match(text))}


def _older(version: str, least: str | None) -> bool:
    def numbers(text: str) -> list[int]:
        return [int(part) for part in re.findall(r"\d+", text)[:3]]

    return least is not None and version[0].isdigit() and numbers(version) < numbers(least)

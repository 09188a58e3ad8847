"""Whether the backend works: tried in a process of its own, which may crash without us."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from paceline_cli import _doctor_install
from paceline_cli._check import Check

_SECONDS = 300

_STAGES = {
    "keras": "Keras starts",
    "paceline": "Import",
    "devices": "Devices",
    "step": "Training",
    "xla": "XLA",
}


def checks(before: Sequence[Check]) -> list[Check]:
    """Return what the stages of the probe found, in order, up to the first that broke off.

    Args:
        before: the checks of what is installed; where one failed that the probe needs, it is left
            out, because it could only repeat the failure.
    """
    needed = {"Paceline", "Keras", "Backend"}
    if any(check.status == "fail" and check.name in needed for check in before):
        return []
    backend, _ = _doctor_install.configured()
    stages, end = _probe()
    found = [_check(stages[name], backend) for name in _STAGES if name in stages]
    if end and all(stage["ok"] for stage in stages.values()):
        missed = next(name for name in _STAGES if name not in stages)
        found.append(Check(_STAGES[missed], "fail", end, _repair(backend)))
    return [check for check in found if check.status != "ok" or check.name != "Import"]


def _probe() -> tuple[dict[str, Any], str]:
    """Return the stages that came to an end, by name, and how the process died where it did."""
    environment = {"TF_CPP_MIN_LOG_LEVEL": "3", **os.environ}
    command = [sys.executable, "-P", "-m", "paceline_cli._doctor_probe"]
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as late:
        output = late.stdout or b""
        text = output.decode() if isinstance(output, bytes) else output
        return _read(text), f"no answer within {_SECONDS} s"
    return _read(done.stdout), _death(done)


def _read(output: str) -> dict[str, Any]:
    lines = [json.loads(line) for line in output.splitlines() if line.startswith('{"stage"')]
    return {line["stage"]: line for line in lines}


def _death(done: subprocess.CompletedProcess[str]) -> str:
    if done.returncode == 0:
        return ""
    last = (done.stderr.strip().splitlines() or [""])[-1]
    if done.returncode < 0:
        return f"Python died of {signal.Signals(-done.returncode).name}. {last}".strip()
    return f"Python ended with code {done.returncode}. {last}".strip()


def _check(stage: Mapping[str, Any], backend: str) -> Check:
    name, found = _STAGES[stage["stage"]], stage["found"]
    if not stage["ok"]:
        return Check(name, "fail", found, _repair(backend))
    if stage["stage"] == "devices" and "gpu" not in found and shutil.which("nvidia-smi"):
        return Check(name, "warn", f"{found}, but there is an NVIDIA GPU", _FOR_GPU[backend])
    return Check(name, "ok", found)


def _repair(backend: str) -> str:
    others = [
        name
        for name in _doctor_install.BACKENDS
        if name != backend and _doctor_install.installed(name)
    ]
    reinstall = f'pip install --force-reinstall "paceline[{backend}]"'
    return f"{reinstall}, or set KERAS_BACKEND={others[0]}." if others else f"{reinstall}."


_FOR_GPU = {
    "tensorflow": 'pip install "tensorflow[and-cuda]"',
    "jax": 'pip install "jax[cuda12]"',
    "torch": "Install the PyTorch build for CUDA.",
}

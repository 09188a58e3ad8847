import json
import os
import subprocess
import sys

import pytest

_TOLD = """
import json, os, sys
from paceline_cli._backend import start_keras
start_keras(lightest={lightest})
import keras
print(json.dumps([keras.config.backend(), os.environ.get("KERAS_BACKEND"), sorted(sys.modules)]))
"""


@pytest.mark.parametrize(
    ("setting", "lightest", "backend"),
    [
        (None, True, "jax"),
        ("", True, "jax"),
        ("tensorflow", True, "tensorflow"),
        ("jax", False, "jax"),
    ],
)
def test_keras_starts_on_the_lightest_backend_unless_the_user_chose(
    setting: str | None, lightest: bool, backend: str
) -> None:
    settings = {name: value for name, value in os.environ.items() if name != "KERAS_BACKEND"}
    if setting is not None:
        settings["KERAS_BACKEND"] = setting
    done = subprocess.run(
        [sys.executable, "-c", _TOLD.format(lightest=lightest)],
        env=settings,
        capture_output=True,
        text=True,
        check=True,
    )
    started, left, modules = json.loads(done.stdout)
    assert started == backend
    assert left == setting
    assert ("tensorflow" in modules) is (backend == "tensorflow")

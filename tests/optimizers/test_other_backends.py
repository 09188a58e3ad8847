"""The optimizers and callbacks on the backends that this session of tests does not use."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest
from optimizers.training import BACKEND

HERE = Path(__file__).parent
ROOMS = ("optimizers", "callbacks", "matrix", "range_test")
WHICH = (
    "matrix or momentum or adamw or nadam or accumul or step or recorded or frozen or quadratic "
    "or at_average"
)


@pytest.mark.slow
@pytest.mark.skipif(BACKEND != "tensorflow", reason="this is a run on another backend")
@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_they_work_on_the_other_backends(backend: str) -> None:
    if importlib.util.find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed")
    result = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "--slow", "-p", "no:cacheprovider"),
            *(str(HERE.parent / room) for room in ROOMS),
            *("-k", WHICH),
        ],
        env={**os.environ, "KERAS_BACKEND": backend},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr

"""The room's tests that are about every backend, on the backends that this process does not run."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import keras
import pytest

HERE = Path(__file__).parent


def run_on(backend, *arguments):
    if importlib.util.find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed")
    if keras.backend.backend() != "tensorflow":
        pytest.skip("the run on TensorFlow starts those on the other backends")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *arguments],
        cwd=HERE,
        env=os.environ | {"KERAS_BACKEND": backend},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert " passed" in done.stdout


@pytest.mark.slow
def test_on_jax_trials_give_the_numbers_of_a_plain_fit_and_repeat():
    parity = "(200 and (momentum or adamw)) or (step and momentum)"
    which = f"{parity} or (own_still and scan and Otherwise) or bit_identical"
    names = ("test_parity_with_fit.py", "test_own_models.py", "test_outcomes.py")
    run_on("jax", *names, "-k", which)


@pytest.mark.slow
def test_on_pytorch_trials_go_through_fit():
    which = "(own_still and Otherwise) or keras_makes or holds"
    run_on("torch", "test_own_models.py", "test_outcomes.py", "-k", which)

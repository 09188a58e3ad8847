"""Every optimizer and callback under every way in which Keras trains: one run, the same numbers."""

import os
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
from matrix.cases import CASES, made, run
from optimizers.training import BACKEND

import paceline

pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    pytest.mark.slow,  # what each alone does is in tests/optimizers and tests/callbacks
]

GRAPH = {"jit_compile": BACKEND == "jax"}
WAYS = {
    "tensorflow": {"eager": {"run_eagerly": True}, "xla": {"jit_compile": True}},
    "jax": {"eager": {"run_eagerly": True, "jit_compile": False}},
    "torch": {},  # Keras knows one way there
}[BACKEND]


@pytest.fixture(scope="module")
def references():
    """What each case gives in the backend's own way: a graph, jit, or steps one by one."""
    known = {}

    def reference(name):
        if name not in known:
            known[name] = run(CASES[name], made(CASES[name], **GRAPH))
        return known[name]

    return reference


def same(one, other, **tolerance):
    for part in ("losses", "weights", "seen"):
        np.testing.assert_allclose(one[part], other[part], err_msg=part, **tolerance)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", CASES)
def test_a_step_is_the_same_in_every_way(name, way, references):
    found = run(CASES[name], made(CASES[name], **{**GRAPH, **WAYS[way]}))
    same(found, references(name), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", CASES)
def test_it_trains_in_mixed_float16_with_loss_scaling(name, references):
    keras.config.set_dtype_policy("mixed_float16")
    try:
        model = made(CASES[name], **GRAPH)
        assert isinstance(model.optimizer, keras.optimizers.LossScaleOptimizer)
        found = run(CASES[name], model)
    finally:
        keras.config.set_dtype_policy("float32")
    same(found, references(name), rtol=0.05, atol=0.05)


@pytest.mark.parametrize("name", CASES)
def test_four_accumulated_batches_are_one(name):
    case = CASES[name]
    small = run(case, made(case, micro=4, **GRAPH))
    if case.accumulates:
        same(small, run(case, made(case, **GRAPH), batch_size=64), rtol=1e-4, atol=1e-5)
    else:
        assert np.isfinite(small["weights"]).all()


@pytest.mark.parametrize("name", CASES)
def test_saved_and_loaded_it_goes_on_as_if_it_had_never_stopped(name, references, tmp_path):
    case = CASES[name]
    first = made(case, **GRAPH)
    before = run(case, first, last=3)
    first.save(tmp_path / "model.keras")
    then = keras.models.load_model(tmp_path / "model.keras")
    then.jit_compile = first.jit_compile
    after = run(case, then, first=3)
    never = references(name)
    np.testing.assert_allclose(after["weights"], never["weights"], rtol=1e-5, atol=1e-6)
    halves = [part for each in (before, after) for part in each["losses"].reshape(2, -1).T]
    np.testing.assert_allclose(halves, never["losses"].reshape(2, -1).T, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("name", CASES)
def test_resume_puts_back_what_was_loaded_too_early(name, references, tmp_path):
    case, path = CASES[name], tmp_path / "state.weights.h5"
    first = made(case, **GRAPH)
    run(case, first, last=3)
    first.save_weights(path)
    then = made(case, **GRAPH)
    then.set_weights(first.get_weights())
    options = {"steps_per_epoch": 4, "epochs": 6, "initial_epoch": 3}
    assert [each.name for each in paceline.audit(then, **options)] == ["lost_state"]
    paceline.resume(then, checkpoint=path)
    made_updates = int(first.optimizer.iterations)
    found = [each.name for each in paceline.audit(then, **options)]
    assert found == ([] if made_updates == 12 else ["initial_epoch"])  # the guard undid some
    after = run(case, then, first=3)
    np.testing.assert_allclose(after["weights"], references(name)["weights"], rtol=1e-5, atol=1e-6)


@pytest.mark.skipif(BACKEND != "tensorflow", reason="MirroredStrategy is TensorFlow's")
def test_two_replicas_give_what_one_does():
    script = Path(__file__).with_name("mirrored_matrix.py")  # devices are split before first use
    result = subprocess.run(
        [sys.executable, str(script)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(script.parent.parent), *sys.path])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.splitlines() == list(CASES)

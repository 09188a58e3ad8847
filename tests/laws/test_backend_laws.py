"""What a graph computes is what NumPy computes: on the session's backend, and on JAX arrays."""

import importlib.util
import os
import subprocess
import sys

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laws.checking import BACKEND, compiled, edges, few, same, tensor
from schedules.catalogue import leaves, schedules
from schedules.drawn import lengths

from paceline.schedules import (
    Constant,
    Cosine,
    Exponential,
    Held,
    Linear,
    Piecewise,
    Polynomial,
    Repeated,
    Schedule,
)

any_steps = st.integers(-(2**63), 2**63 - 1)
near_steps = st.integers(-50, 10**6 + 50)
segments = leaves(lengths)


@settings(max_examples=few(5))
@given(schedules, st.lists(any_steps, min_size=1, max_size=4))
def test_the_backend_computes_what_numpy_computes(schedule: Schedule, steps: list[int]) -> None:
    steps = [*steps, *edges(schedule)]
    limit = 2**31 - 1 if BACKEND == "jax" else 2**63 - 1
    steps = [max(-limit, min(step, limit)) for step in steps]
    dtype = "int32" if BACKEND == "jax" else "int64"
    run = compiled(schedule)
    same(schedule, [run(tensor(step, dtype)) for step in steps], steps)
    same(schedule, run(tensor(steps, dtype)), steps)


@settings(max_examples=few(5))
@given(segments, st.lists(near_steps, min_size=1, max_size=4))
def test_the_backend_computes_a_segment_within_a_millionth(
    segment: Schedule, steps: list[int]
) -> None:
    steps = [*steps, *edges(segment)]
    same(segment, compiled(segment)(tensor(steps)), steps, within=1e-6)


@settings(max_examples=few(5))
@given(schedules, near_steps)
def test_the_backend_computes_the_same_outside_a_graph(schedule: Schedule, step: int) -> None:
    same(schedule, schedule(tensor(step)), step)
    same(schedule, schedule(tensor([step, step + 1])), [step, step + 1])


@settings(max_examples=few(10))
@given(schedules, st.lists(st.integers(-(2**31), 2**31 - 1), min_size=4, max_size=4))
def test_jax_computes_what_numpy_computes(schedule: Schedule, steps: list[int]) -> None:
    run = jax.jit(schedule.__call__)
    same(schedule, [run(jnp.int32(step)) for step in steps], steps)
    same(schedule, run(jnp.array(steps, dtype="int32")), steps)
    same(schedule, jax.vmap(schedule.__call__)(jnp.array(steps, dtype="int32")), steps)


# Keras' own, where it reads a variable with NumPy 2
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@settings(max_examples=few(20))
@given(schedules, st.integers(0, 10**6))
def test_a_schedule_survives_a_keras_file(
    tmp_path_factory: pytest.TempPathFactory, schedule: Schedule, step: int
) -> None:
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    model.compile(optimizer=keras.optimizers.SGD(schedule), loss="mse")
    model.optimizer.build(model.trainable_variables)
    model.optimizer.iterations.assign(step)
    path = tmp_path_factory.mktemp("model") / "model.keras"
    model.save(path)
    again = keras.saving.load_model(path).optimizer
    assert again._learning_rate == schedule
    same(schedule, again.learning_rate, step)


BILLIONS = 2_000_000_000
LATE = [
    Constant(rate=1.0, steps=BILLIONS) >> Constant(rate=0.5, steps=1) >> Constant(rate=0.25),
    Piecewise(boundaries=(BILLIONS, BILLIONS + 1), rates=(1.0, 0.5, 0.25)),
    Exponential(start=4.0, factor=0.5, every=BILLIONS // 2, staircase=True),
    Constant(rate=1.0, steps=1000).repeat(times=3_000_000, scale=1.0).cut(BILLIONS)
    >> Piecewise(boundaries=(1,), rates=(0.5, 0.25)),
    Repeated(schedule=Piecewise(boundaries=(3,), rates=(0.5, 1.0), steps=1_000)).cut(BILLIONS)
    >> Constant(rate=0.5, steps=1)
    >> Constant(rate=0.25),
    (Constant(rate=1.0, steps=4) >> Constant(rate=0.5, steps=1)).over(BILLIONS // 4 * 5),
    Constant(rate=1.0, steps=BILLIONS // 4).repeat(growth=3.0, scale=0.5),
    (Constant(rate=1.0, steps=BILLIONS + 7) >> Constant(rate=0.5)).skipped(7),
    Held(schedule=Piecewise(boundaries=(BILLIONS - 999,), rates=(1.0, 0.5)), every=BILLIONS),
]


@pytest.mark.parametrize("schedule", LATE, ids=lambda schedule: type(schedule).__name__)
def test_a_boundary_after_two_billion_steps_is_exact(schedule: Schedule) -> None:
    steps = [BILLIONS - 1, BILLIONS, BILLIONS + 1]
    expected = schedule(np.array(steps))
    assert expected[0] > expected[1]
    run, jitted = compiled(schedule), jax.jit(schedule.__call__)
    for number, step in enumerate(steps):
        assert schedule(step) == expected[number]
        assert float(jitted(jnp.int32(step))) == expected[number]
    for dtype in ["int32"] if BACKEND == "jax" else ["int32", "int64"]:
        for number, step in enumerate(steps):
            assert float(run(tensor(step, dtype))) == expected[number]
        np.testing.assert_array_equal(run(tensor(steps, dtype)), expected)
    np.testing.assert_array_equal(jitted(jnp.array(steps, dtype="int32")), expected)


@pytest.mark.parametrize("steps", [41, 97, 49_999, 200_000, 1_000_003])
def test_a_root_reaches_zero_exactly_where_xla_multiplies_by_the_inverse(steps: int) -> None:
    root = Polynomial(start=1.0, end=0.0, steps=steps, power=0.1)
    assert float(jax.jit(root.__call__)(jnp.int32(steps))) == 0.0


@pytest.mark.skipif(BACKEND != "tensorflow", reason="XLA through tf.function is TensorFlow's")
@pytest.mark.parametrize("steps", [[7, 13, 41, 49, 97]])
def test_xla_computes_what_numpy_computes(steps: list[int]) -> None:
    import tensorflow as tf

    schedule = (
        Linear(start=0.0, end=1.0, steps=steps[0])
        >> Cosine(start=1.0, end=0.0, steps=steps[1])
        >> Polynomial(start=0.0, end=1.0, steps=steps[2], power=0.5)
        >> Exponential(start=1.0, factor=0.999, every=1, steps=steps[3])
        >> Linear(start=1.0, end=0.0, steps=steps[4])
    )
    run = tf.function(schedule.__call__, autograph=False, jit_compile=True)
    every = list(range(-3, sum(steps) + 3))
    same(schedule, [run(tensor(step)) for step in every], every)
    same(schedule, run(tensor(every)), every)


@pytest.mark.slow
@pytest.mark.skipif(BACKEND != "tensorflow", reason="this is a run on another backend")
@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_the_laws_hold_on_the_other_backends(backend: str) -> None:
    if importlib.util.find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed")
    result = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__),
            *("-k", "backend or boundary or json or holds or keras_file"),
        ],
        env={**os.environ, "KERAS_BACKEND": backend, "HYPOTHESIS_PROFILE": "short"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr

"""The laws of the schedules, on the session's backend and on JAX arrays."""

import json
import os
import pickle
import subprocess
import sys

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paceline.schedules import (
    Chain,
    Constant,
    Cosine,
    Exponential,
    Linear,
    Piecewise,
    Polynomial,
    Scaled,
    Schedule,
    Tabulated,
    constant,
    cosine,
    exponential,
    linear,
    one_cycle,
    parse_schedule,
    step_decay,
    wsd,
)

BACKEND = keras.backend.backend()
FEW = max(settings.default.max_examples // 5, 10)
"""Examples of a law that compiles a graph for each."""

rates = st.one_of(
    st.floats(0, 10, allow_subnormal=False), st.sampled_from([0.0, 1e-5, 3e-4, 0.1, 1.0])
)
lengths = st.one_of(st.integers(1, 40), st.integers(1, 10**6), st.just(700_000_000))
any_steps = st.integers(-(2**63), 2**63 - 1)
near_steps = st.integers(-50, 10**6 + 50)


@st.composite
def piecewise(draw: st.DrawFn, length: st.SearchStrategy[int | None]) -> Piecewise:
    bounds = draw(st.lists(lengths, min_size=1, max_size=4, unique=True).map(sorted))
    values = draw(st.lists(rates, min_size=len(bounds) + 1, max_size=len(bounds) + 1))
    return Piecewise(boundaries=tuple(bounds), rates=tuple(values), steps=draw(length))


def leaves(length: st.SearchStrategy[int | None]) -> st.SearchStrategy[Schedule]:
    return st.one_of(
        st.builds(Constant, rate=rates, steps=length),
        st.builds(Linear, start=rates, end=rates, steps=lengths),
        st.builds(Cosine, start=rates, end=rates, steps=lengths),
        st.builds(
            Exponential,
            start=rates,
            factor=st.floats(1e-6, 1),
            every=lengths,
            staircase=st.booleans(),
            steps=length,
        ),
        st.builds(Polynomial, start=rates, end=rates, steps=lengths, power=st.floats(0.1, 5)),
        piecewise(length),
        st.builds(Tabulated, rates=st.lists(rates, min_size=1, max_size=5).map(tuple)),
    )


def scaled(inner: st.SearchStrategy[Schedule]) -> st.SearchStrategy[Schedule]:
    return st.one_of(inner, st.builds(Scaled, factor=rates, schedule=inner))


@st.composite
def chains(draw: st.DrawFn, last: st.SearchStrategy[Schedule]) -> Chain:
    first = draw(st.lists(scaled(leaves(lengths)), min_size=1, max_size=4))
    return Chain(parts=(*first, draw(last)))


finite = st.one_of(scaled(leaves(lengths)), scaled(chains(leaves(lengths))))
endless = leaves(st.none() | lengths)
schedules = st.one_of(scaled(endless), scaled(chains(scaled(endless))))


def peak(schedule: Schedule) -> float:
    match schedule:
        case Chain(parts=parts):
            return max(map(peak, parts))
        case Scaled(factor=factor, schedule=inner):
            return factor * peak(inner)
        case Constant(rate=rate):
            return rate
        case Exponential(start=start):
            return start
        case Piecewise(rates=values) | Tabulated(rates=values):
            return max(values)
        case Linear(start=start, end=end) | Cosine(start=start, end=end):
            return max(start, end)
        case Polynomial(start=start, end=end):
            return max(start, end)
    raise AssertionError(schedule)


def edges(schedule: Schedule) -> list[int]:
    """Return the steps where something changes, and some beside them."""
    match schedule:
        case Chain(boundaries=bounds):
            found = [0, *bounds, schedule.length or bounds[-1]]
        case Scaled(schedule=inner):
            return edges(inner)
        case Piecewise(boundaries=bounds):
            found = [0, *bounds]
        case _:
            found = [0, schedule.length or 1]
    return sorted({step + beside for step in found for beside in (-1, 0, 1)})


def same(schedule: Schedule, got: object, steps: list[int]) -> None:
    """Check float32 rates of `steps` against NumPy's float64 within a millionth of the peak."""
    values = np.asarray(got)
    assert values.dtype == np.float32
    assert np.all(np.isfinite(values))
    assert np.all(values >= 0)
    np.testing.assert_allclose(
        values, schedule(np.array(steps)), rtol=0, atol=1e-6 * peak(schedule) + 1e-37
    )


def compiled(schedule: Schedule) -> object:
    if BACKEND == "tensorflow":
        import tensorflow as tf

        return tf.function(schedule.__call__, autograph=False)
    return jax.jit(schedule.__call__)


def tensor(steps: object, dtype: str = "int32") -> object:
    return keras.ops.convert_to_tensor(np.array(steps, dtype=dtype))


@given(schedules)
def test_a_schedule_survives_json(schedule: Schedule) -> None:
    text = json.dumps(keras.saving.serialize_keras_object(schedule))
    again = keras.saving.deserialize_keras_object(json.loads(text))
    assert again == schedule
    assert hash(again) == hash(schedule)
    assert repr(again) == repr(schedule)


@given(schedules)
def test_a_schedule_survives_its_repr(schedule: Schedule) -> None:
    assert parse_schedule(repr(schedule)) == schedule


@given(schedules)
def test_a_schedule_survives_pickling(schedule: Schedule) -> None:
    assert pickle.loads(pickle.dumps(schedule)) == schedule


@given(finite, schedules, st.lists(near_steps, min_size=1, max_size=5))
def test_a_chain_runs_one_and_then_the_other(
    first: Schedule, then: Schedule, steps: list[int]
) -> None:
    both = first >> then
    end = first.length
    assert end is not None
    assert both(end) == then(0)
    for step in steps:
        assert both(step) == (first(step) if step < end else then(step - end))
    assert both.length == (None if then.length is None else end + then.length)


@given(finite, st.integers(0, 2**62))
def test_a_schedule_holds_its_last_rate_and_its_first(schedule: Schedule, more: int) -> None:
    end = schedule.length
    assert end is not None
    assert schedule(end + more) == schedule(end)
    assert schedule(-more) == schedule(0)


@given(finite, finite, schedules)
def test_joining_is_associative(first: Schedule, second: Schedule, third: Schedule) -> None:
    assert (first >> second) >> third == first >> (second >> third)


@given(schedules, rates, near_steps)
def test_a_factor_multiplies_the_rate(schedule: Schedule, factor: float, step: int) -> None:
    assert (factor * schedule)(step) == factor * schedule(step)
    assert (schedule * factor).length == schedule.length


@given(schedules, st.lists(near_steps, min_size=4, max_size=4))
def test_an_array_gives_what_its_steps_give(schedule: Schedule, steps: list[int]) -> None:
    steps = [*steps, *edges(schedule)]
    got = schedule(np.array(steps))
    assert got.dtype == np.float64
    tiny = 1e-12 * peak(schedule)
    np.testing.assert_allclose(got, [schedule(step) for step in steps], rtol=1e-12, atol=tiny)
    square = schedule(np.array(steps[:4]).reshape(2, 2))
    np.testing.assert_array_equal(square.ravel(), got[:4])


@given(schedules, st.lists(any_steps, min_size=1, max_size=8))
def test_a_rate_is_never_below_zero_nor_above_the_peak(
    schedule: Schedule, steps: list[int]
) -> None:
    got = schedule(np.array([*steps, *edges(schedule)]))
    assert np.all(np.isfinite(got))
    assert np.all(got >= 0)
    assert np.all(got <= peak(schedule) * (1 + 1e-12))


@settings(max_examples=FEW)
@given(schedules, st.lists(any_steps, min_size=1, max_size=4))
def test_the_backend_computes_what_numpy_computes(schedule: Schedule, steps: list[int]) -> None:
    steps = [*steps, *edges(schedule)]
    limit = 2**31 - 1 if BACKEND == "jax" else 2**63 - 1
    steps = [max(-limit, min(step, limit)) for step in steps]
    dtype = "int32" if BACKEND == "jax" else "int64"
    run = compiled(schedule)
    same(schedule, [run(tensor(step, dtype)) for step in steps], steps)
    same(schedule, run(tensor(steps, dtype)), steps)


@settings(max_examples=FEW)
@given(schedules, near_steps)
def test_the_backend_computes_the_same_outside_a_graph(schedule: Schedule, step: int) -> None:
    same(schedule, schedule(tensor(step)), step)
    same(schedule, schedule(tensor([step, step + 1])), [step, step + 1])


@settings(max_examples=FEW // 2)
@given(schedules, st.lists(st.integers(-(2**31), 2**31 - 1), min_size=4, max_size=4))
def test_jax_computes_what_numpy_computes(schedule: Schedule, steps: list[int]) -> None:
    run = jax.jit(schedule.__call__)
    same(schedule, [run(jnp.int32(step)) for step in steps], steps)
    same(schedule, run(jnp.array(steps, dtype="int32")), steps)
    same(schedule, jax.vmap(schedule.__call__)(jnp.array(steps, dtype="int32")), steps)


shares = st.floats(0.001, 0.4)
recipes = st.one_of(
    st.builds(constant, peak=rates, warmup=shares),
    st.builds(linear, peak=rates, warmup=shares),
    st.builds(cosine, peak=rates, warmup=shares),
    st.builds(exponential, peak=rates, warmup=shares, staircase=st.booleans()),
    st.builds(step_decay, peak=rates, warmup=shares),
    st.builds(wsd, peak=rates, warmup=shares, decay=shares),
    st.builds(one_cycle, peak=rates, warmup=shares),
)


@given(recipes, st.integers(10, 10**7))
def test_a_recipe_fills_its_horizon_and_peaks_at_its_peak(recipe: Schedule, steps: int) -> None:
    schedule = recipe.over(steps)
    top = recipe.arguments["peak"]
    assert schedule.length == steps
    turn = np.array([step for step in edges(schedule) if 0 <= step < steps])
    assert np.max(schedule(turn)) == pytest.approx(top, rel=1e-12)
    assert parse_schedule(repr(recipe)) == recipe


BILLIONS = 2_000_000_000
LATE = [
    Constant(rate=1.0, steps=BILLIONS) >> Constant(rate=0.5, steps=1) >> Constant(rate=0.25),
    Piecewise(boundaries=(BILLIONS, BILLIONS + 1), rates=(1.0, 0.5, 0.25)),
    Exponential(start=4.0, factor=0.5, every=BILLIONS // 2, staircase=True),
]


@pytest.mark.parametrize("schedule", LATE, ids=lambda schedule: type(schedule).__name__)
def test_a_boundary_after_two_billion_steps_is_exact(schedule: Schedule) -> None:
    steps = [BILLIONS - 1, BILLIONS, BILLIONS + 1]
    expected = schedule(np.array(steps))
    assert expected[0] > expected[1]
    run, jitted = compiled(schedule), jax.jit(schedule.__call__)
    for number, step in enumerate(steps):
        assert schedule(step) == expected[number]
        assert float(run(tensor(step))) == expected[number]
        assert float(jitted(jnp.int32(step))) == expected[number]
    np.testing.assert_array_equal(run(tensor(steps)), expected)
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


@pytest.mark.skipif(BACKEND == "jax", reason="this is the run on JAX")
def test_the_laws_hold_on_the_jax_backend() -> None:
    result = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__),
            *("-k", "backend or boundary or json or holds"),
        ],
        env={**os.environ, "KERAS_BACKEND": "jax", "HYPOTHESIS_PROFILE": "short"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr

"""The laws of boundaries: every one at its exact step, whatever is stretched inside what."""

import itertools
from bisect import bisect_right
from fractions import Fraction
from itertools import accumulate, pairwise

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from laws.checking import compiled, few, tensor

from paceline.schedules import (
    Chain,
    Constant,
    Cut,
    Cycled,
    Held,
    Maximum,
    Piecewise,
    Repeated,
    Schedule,
    Skipped,
    Stretched,
)
from paceline.schedules._pieces import pieces_of

BILLIONS = 2_000_000_000


def rate_at(schedule: Schedule, place: Fraction) -> float:
    """Return the rate at a place between steps, with Python's fractions alone."""
    length = schedule.length
    if length is not None:
        place = min(place, Fraction(length))
    match schedule:
        case Constant(rate=rate):
            return rate
        case Piecewise(boundaries=boundaries, rates=rates):
            return rates[bisect_right(boundaries, place)]
        case Chain(parts=parts):
            starts = [0, *accumulate(part.length for part in parts[:-1])]
            index = bisect_right(starts, place) - 1
            return rate_at(parts[index], place - starts[index])
        case Stretched(schedule=inner, steps=steps, of=of):
            return rate_at(inner, place * of / steps)
        case Cycled(schedule=inner):
            return rate_at(inner, place / max(1, -(-place // inner.length)))
        case Cut(schedule=inner):
            return rate_at(inner, place)
        case Skipped(schedule=inner, steps=steps):
            return rate_at(inner, place + steps)
        case Held(schedule=inner, every=every):
            return rate_at(inner, place if place == length else place // every * every)
        case Maximum(first=first, second=second):
            return max(rate_at(first, place), rate_at(second, place))
        case Repeated(schedule=inner, scale=scale):
            cycle, late, long = cycle_at(schedule, place)
            return scale**cycle * rate_at(inner, late * inner.length / long)
    raise AssertionError(schedule)


def cycle_at(schedule: Repeated, place: Fraction) -> tuple[int, Fraction, int]:
    """Return the cycle at `place`, how far into it that is, and how long it lasts."""
    inner, growth = schedule.schedule.length, Fraction(str(schedule.growth))
    if growth == 1 and schedule.steps is None:
        cycle = int(place // inner)
        if schedule.times is not None:
            cycle = min(cycle, schedule.times - 1)
        return cycle, place - cycle * inner, inner
    if schedule.times is None:
        starts = [Fraction(0)]
        while starts[-1] <= place:
            starts.append(starts[-1] + inner * growth ** (len(starts) - 1))
    else:
        starts = [0, *accumulate(inner * growth**cycle for cycle in range(schedule.times))]
    whole = [-(-start // 1) for start in starts]
    if schedule.steps is not None:
        whole = [-(-start * schedule.steps // whole[-1]) for start in whole]
    cycle = bisect_right(whole[1:-1], place)
    return cycle, place - whole[cycle], whole[cycle + 1] - whole[cycle]


INT32 = 2**31
lengths = st.one_of(st.integers(1, 9), st.integers(1, 10**4), st.integers(1, 2 * 10**8))
horizons = st.one_of(st.integers(1, 60), st.integers(1, 10**6), st.integers(10**9, BILLIONS))
rates = st.sampled_from([2.0**power for power in range(-8, 1)])
segments = st.one_of(
    st.builds(Constant, rate=rates, steps=lengths),
    st.builds(
        lambda first, more, one, other: Piecewise(
            boundaries=(first,), rates=(one, other), steps=first + more
        ),
        *(lengths, lengths, rates, rates),
    ),
)
growths = st.sampled_from([1.5, 2.0, 1.1, 3.0])
wrappers = {
    "over": lambda draw, one: one.over(draw(horizons)),
    "held": lambda draw, one: one.held(draw(lengths)),
    "cut": lambda draw, one: one.cut(1 + draw(horizons) % one.length),
    "cycled": lambda draw, one: one.cycled().cut(draw(horizons)),
    "repeat": lambda draw, one: one.repeat(times=draw(st.integers(1, 7)), scale=0.5),
    "grow": lambda draw, one: one.repeat(times=draw(st.integers(1, 4)), growth=draw(growths)),
    "maximum": lambda draw, one: one.maximum(draw(segments)),
    "then": lambda draw, one: one >> draw(segments),
    "after": lambda draw, one: draw(segments) >> one,
    "twice": lambda draw, one: one.over(draw(horizons)) >> one,
}


@st.composite
def stairs(draw: st.DrawFn) -> Schedule:
    """Return a composition of constant pieces, all of whose steps fit into int32."""
    schedule = draw(segments)
    names = st.sampled_from([*wrappers, "over", "over", "over"])
    for name in draw(st.lists(names, min_size=1, max_size=7)):
        wrapped = wrappers[name](draw, schedule)
        if wrapped.length < INT32:
            schedule = wrapped
    return schedule


def places(schedule: Schedule, drawn: list[int]) -> list[int]:
    found = [piece.step for piece in pieces_of(schedule, before=INT32, most=12)]
    near = {step + beside for step in [*found, schedule.length] for beside in (-1, 0)}
    return sorted(min(max(step, 0), INT32 - 1) for step in {*near, *drawn})


HALVED = Constant(rate=1.0, steps=1) >> Constant(rate=0.5, steps=1)
NESTED = Constant(rate=1.0, steps=3) >> Constant(rate=0.5, steps=4)
NESTED = (NESTED.over(100) >> NESTED).over(10**6)


@pytest.mark.parametrize(
    ("schedule", "step"),
    [
        (NESTED, 400_535),
        (NESTED.over(BILLIONS - 1), 801_068_091),
        (HALVED.over(4 * 10**9), BILLIONS),
        (
            (Constant(rate=1.0, steps=1) >> Constant(rate=0.5, steps=2)).over(6 * 10**9 - 3),
            BILLIONS - 1,
        ),
        (
            (Constant(rate=1.0, steps=300) >> Constant(rate=0.5, steps=700))
            .repeat(growth=5 * 10**5)
            .skipped(1000),
            150_000_000,
        ),
    ],
)
def test_a_boundary_is_exact_at_any_pace(schedule: Schedule, step: int) -> None:
    run, jitted = compiled(schedule), jax.jit(schedule.__call__)
    for at, rate in ((step - 1, 1.0), (step, 0.5)):
        assert rate_at(schedule, Fraction(at)) == rate
        assert schedule(at) == rate
        assert float(run(tensor(at))) == rate
        assert float(jitted(jnp.int32(at))) == rate


@given(stairs(), st.lists(st.integers(0, INT32 - 1), min_size=4, max_size=4))
def test_every_rate_is_that_of_python_fractions(schedule: Schedule, drawn: list[int]) -> None:
    steps = places(schedule, drawn)
    expected = [rate_at(schedule, Fraction(step)) for step in steps]
    np.testing.assert_array_equal(schedule(np.array(steps)), expected)
    assert [schedule(step) for step in steps] == expected


@settings(max_examples=few(8))
@given(stairs(), st.lists(st.integers(0, INT32 - 1), min_size=4, max_size=4))
def test_every_rate_in_a_graph_is_that_of_python_fractions(
    schedule: Schedule, drawn: list[int]
) -> None:
    steps = places(schedule, drawn)
    expected = [rate_at(schedule, Fraction(step)) for step in steps]
    run, jitted = compiled(schedule), jax.jit(schedule.__call__)
    np.testing.assert_array_equal([float(run(tensor(step))) for step in steps], expected)
    np.testing.assert_array_equal(run(tensor(steps)), expected)
    np.testing.assert_array_equal([float(jitted(jnp.int32(step))) for step in steps], expected)
    np.testing.assert_array_equal(jitted(jnp.array(steps, dtype="int32")), expected)


@given(stairs())
def test_a_rate_changes_only_where_something_else_begins(schedule: Schedule) -> None:
    assume("cycled" not in repr(schedule))  # a cycle's last step has the end value
    found = [piece.step for piece in pieces_of(schedule, before=schedule.length, most=200)]
    assert found[0] == 0
    assert all(early < late for early, late in pairwise(found))
    if len(found) < 200:
        found.append(schedule.length)
    for early, late in pairwise(found):
        between = np.unique(np.linspace(early, late - 1, 20).astype(np.int64))
        assert len(set(schedule(between).tolist())) <= 1


@given(stairs(), st.integers(0, BILLIONS))
def test_pieces_from_the_middle_are_those_from_the_start(schedule: Schedule, first: int) -> None:
    first %= schedule.length
    every = list(itertools.islice(schedule._pieces(0), 200))
    passed = [piece for piece in every if piece.step <= first]
    if len(passed) < len(every):
        late = schedule._pieces(first)
        assert next(late).label == passed[-1].label or "cycled" in repr(schedule)
        for piece in every[len(passed) :]:
            assert next(late) == piece

"""The laws of the schedules."""

import itertools
import json
import math
import pickle

import keras
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from laws.checking import at_an_edge, edges, peak
from schedules.catalogue import ending, leaves, recipes, schedules
from schedules.drawn import lengths, rates

from paceline.schedules import (
    Chain,
    Schedule,
    Stretched,
    parse_schedule,
)

any_steps = st.integers(-(2**63), 2**63 - 1)
near_steps = st.integers(-50, 10**6 + 50)
segments = leaves(lengths)


@given(schedules)
def test_a_schedule_survives_json(schedule: Schedule) -> None:
    text = json.dumps(keras.saving.serialize_keras_object(schedule))
    again = keras.saving.deserialize_keras_object(json.loads(text))
    assert again == schedule
    assert hash(again) == hash(schedule)
    assert repr(again) == repr(schedule)


@given(schedules)
def test_a_schedule_survives_its_repr(schedule: Schedule) -> None:
    assume("Lambda" not in repr(schedule))  # a function has no text
    assert parse_schedule(repr(schedule)) == schedule


@given(schedules)
def test_a_schedule_survives_pickling(schedule: Schedule) -> None:
    assert pickle.loads(pickle.dumps(schedule)) == schedule


@given(ending, schedules, st.lists(near_steps, min_size=1, max_size=5))
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


@given(ending, st.integers(0, 2**62))
def test_a_schedule_holds_its_last_rate_and_its_first(schedule: Schedule, more: int) -> None:
    end = schedule.length
    assert end is not None
    assert schedule(end + more) == schedule(end)
    assert schedule(-more) == schedule(0)


@given(ending, ending, schedules)
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
def test_a_rate_is_finite_and_never_below_zero(schedule: Schedule, steps: list[int]) -> None:
    got = schedule(np.array([*steps, *edges(schedule)]))
    assert np.all(np.isfinite(got))
    assert np.all(got >= 0)


@given(segments, st.lists(near_steps, min_size=1, max_size=8))
def test_a_segment_between_two_rates_stays_between_them(
    schedule: Schedule, steps: list[int]
) -> None:
    assume(isinstance(getattr(schedule, "end", None), float))
    assume(getattr(schedule, "floor", 0) == 0)
    low, high = sorted((schedule.start, schedule.end))
    got = schedule(np.array([*steps, *edges(schedule)]))
    assert np.all(got <= high * (1 + 1e-12))
    assert np.all(got >= low * (1 - 1e-12))


@given(ending, st.integers(1, 50), st.lists(st.integers(0, 10**6), min_size=3, max_size=3))
def test_stretching_keeps_every_rate_at_its_place(
    schedule: Schedule, by: int, steps: list[int]
) -> None:
    length = schedule.length
    assert length is not None
    assume(length < 2**40)
    longer = schedule.over(by * length)
    assert longer.length == by * length
    for step in {step % (length + 1) for step in [*steps, *edges(schedule)]}:
        expected = schedule(step)
        assert longer(by * step) == pytest.approx(expected, rel=1e-9, abs=1e-9 * peak(schedule))
    assert longer.over(length) == schedule or isinstance(schedule, Stretched)


@given(ending, st.integers(1, 10**6))
def test_another_horizon_is_another_length(schedule: Schedule, steps: int) -> None:
    other = schedule.over(steps)
    assert other.length == steps
    assert other(steps) == pytest.approx(schedule(schedule.length), rel=1e-12)
    assert other(0) == pytest.approx(schedule(0), rel=1e-12)


@given(segments, st.integers(1, 10**6), st.lists(st.integers(0, 10**6), min_size=4, max_size=4))
def test_reading_between_the_steps_is_reading_a_longer_segment(
    segment: Schedule, steps: int, places: list[int]
) -> None:
    assume(segment._by_progress)
    between = Stretched(schedule=segment, steps=steps, of=segment.length)
    longer = segment.over(steps)
    at = np.array(places) % (steps + 1)
    np.testing.assert_allclose(between(at), longer(at), rtol=1e-6, atol=1e-9 * peak(segment))


@given(ending, st.integers(1, 6), st.floats(0.1, 1), st.integers(0, 10**9))
def test_a_cycle_is_the_schedule_itself(
    schedule: Schedule, times: int, scale: float, place: int
) -> None:
    length = schedule.length
    assert length is not None
    again = schedule.repeat(times=times, scale=scale)
    assert again.length == times * length
    step = place % (times * length)
    expected = scale ** (step // length) * schedule(step % length)
    assert again(step) == pytest.approx(expected, rel=1e-12)


@given(
    ending,
    st.integers(1, 4),
    st.sampled_from([1.0, 1.1, 1.5, 2.0, 3.0]),
    st.lists(st.integers(0, 10**9), min_size=3, max_size=3),
)
def test_cycles_that_grow_are_the_schedule_at_another_pace(
    schedule: Schedule, times: int, growth: float, places: list[int]
) -> None:
    assume(schedule.length < 2**40)
    grown = schedule.repeat(times=times, growth=growth, scale=0.5)
    if growth == 1:
        starts = [number * schedule.length for number in range(times + 1)]
    else:
        starts = list(grown._starts)
    parts = [
        0.5**number * Stretched(schedule=schedule, steps=late - early, of=schedule.length)
        for number, (early, late) in enumerate(itertools.pairwise(starts))
    ]
    chain = Chain(parts=tuple(parts)) if times > 1 else parts[0]
    steps = np.array([place % (chain.length + 1) for place in [*places, *edges(chain)]])
    np.testing.assert_allclose(grown(steps), chain(steps), rtol=1e-6, atol=1e-9 * peak(schedule))


@given(schedules, st.integers(1, 10**6), near_steps, st.booleans())
def test_a_staircase_reads_the_schedule_at_its_stairs(
    schedule: Schedule, every: int, step: int, near: bool
) -> None:
    step = at_an_edge(schedule, step) if near else step
    stairs = schedule.held(every)
    if schedule.length is None or step < schedule.length:
        assert stairs(step) == schedule(max(step, 0) // every * every)
    else:
        assert stairs(step) == schedule(schedule.length)


@given(schedules, st.integers(1, 100), near_steps, st.booleans())
def test_micro_batches_of_one_update_have_one_rate(
    schedule: Schedule, count: int, step: int, near: bool
) -> None:
    assume(schedule.length is None or schedule.length * count <= 2**53)  # the longest there is
    step = count * at_an_edge(schedule, step) + step % count if near else step
    expected = schedule(max(step, 0) // count)
    assert schedule.accumulated(count)(step) == pytest.approx(expected, rel=1e-9, abs=1e-30)


@given(schedules, st.integers(1, 10**6), near_steps, st.booleans())
def test_resuming_gives_the_rates_of_never_stopping(
    schedule: Schedule, stopped: int, step: int, near: bool
) -> None:
    stopped = max(1, at_an_edge(schedule, stopped)) if near else stopped
    assume(schedule.length is None or stopped < schedule.length)
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(schedule))
    step = max(step, 0)
    assert again.skipped(stopped)(step) == schedule(stopped + step) == again(stopped + step)


@given(schedules, st.integers(1, 10**6), near_steps)
def test_a_cut_schedule_is_the_schedule_up_to_there(
    schedule: Schedule, steps: int, step: int
) -> None:
    assume(schedule.length is None or steps <= schedule.length)
    assert schedule.cut(steps)(step) == schedule(max(0, min(step, steps)))


@given(schedules, st.integers(0, 3_000))
def test_the_area_is_the_sum_of_the_rates(schedule: Schedule, steps: int) -> None:
    total = math.fsum(schedule(np.arange(steps)))
    assert schedule.area(steps=steps) == pytest.approx(total, rel=1e-8, abs=1e-9 * peak(schedule))


@given(schedules)
def test_a_table_covers_every_step_once(schedule: Schedule) -> None:
    table = schedule.table()
    assert table.rows[0].first_step == 0
    for early, late in itertools.pairwise(table):
        assert late.first_step == early.last_step + 1
    for row in table:
        assert row.segment
        assert row.first_rate == schedule(row.first_step)
        assert row.last_step is None or row.last_rate == schedule(row.last_step)
    if table.complete:
        end = table.rows[-1].last_step
        assert schedule.length == (None if end is None else end + 1)
    assert len(str(table).splitlines()) == len(table) + (1 if table.complete else 2)


@given(recipes, st.integers(20, 10**7))
def test_a_recipe_fills_its_horizon_and_peaks_at_its_peak(recipe: Schedule, steps: int) -> None:
    schedule = recipe.over(steps)
    assert schedule.length == steps
    turns = np.array([step for step in edges(schedule) if 0 <= step < steps])
    top = recipe.arguments.get("peak", np.inf)
    assert np.max(schedule(turns)) <= top * (1 + 1e-12)
    if recipe.build.__name__ in {"constant", "linear", "cosine", "polynomial", "wsd", "rex"}:
        assert np.max(schedule(turns)) == pytest.approx(top, rel=1e-12)
    assert parse_schedule(repr(recipe)) == recipe
    assert parse_schedule(repr(schedule)) == schedule

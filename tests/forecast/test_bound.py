"""The convex bound: the formula word for word, closed forms, and SGD that never breaks it."""

import dataclasses
import math
import subprocess
import sys

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import paceline
from paceline.forecast import bound
from paceline.schedules import Constant, Linear, Schedule, Tabulated

positive = st.floats(1e-3, 10)
rates = st.lists(positive, min_size=1, max_size=40)
with_zeros = st.lists(st.one_of(st.just(0.0), positive), min_size=1, max_size=40).filter(any)
scales = st.floats(1e-4, 1e4)


def by_hand(rates, norms, distance):
    """Return the bound by loops that follow the theorem's formula."""
    steps = range(len(rates))
    area = sum(rates)
    energy = [rates[t] ** 2 * norms[t] ** 2 for t in steps]
    total = distance**2 / (2 * area) + sum(energy) / (2 * area)
    for k in steps[:-1]:
        total += 0.5 * rates[k] / sum(rates[k + 1 :]) / sum(rates[k:]) * sum(energy[k:])
    return total


@given(rates=rates, distance=scales, data=st.data())
def test_it_is_the_formula_at_every_step(rates, distance, data):
    norms = data.draw(st.lists(positive, min_size=len(rates), max_size=len(rates)))
    found = bound(Tabulated(rates=rates), gradient_norms=norms, distance=distance)
    expected = [
        by_hand(rates[:count], norms[:count], distance) for count in range(1, len(rates) + 1)
    ]
    np.testing.assert_array_equal(found.steps, np.arange(len(rates)))
    np.testing.assert_allclose(found.values, expected, rtol=1e-11)
    assert found.end == found.values[-1]


def test_it_is_the_formula_over_more_updates_than_are_summed_at_once():
    random = np.random.default_rng(0)
    steps = 20_000
    rates, norms = random.uniform(0.1, 1, steps), random.uniform(0.5, 2, steps)
    rates[8000:8400] = 0.0
    ahead, energy = rates[::-1].cumsum()[::-1], (rates**2 * norms**2)[::-1].cumsum()[::-1]
    kept = slice(None, -1)
    noise = np.sum(rates[kept] / ahead[1:] * energy[kept] / ahead[kept])
    expected = (1 / ahead[0] + energy[0] / ahead[0] + noise) / 2
    found = bound(Tabulated(rates=rates), gradient_norms=norms)
    assert found.end == pytest.approx(expected, rel=1e-11)


@given(steps=st.integers(1, 20_000), peak=scales, distance=scales, norm=scales)
def test_a_constant_rate_has_a_closed_form_with_a_logarithm(steps, peak, distance, norm):
    found = bound(
        Constant(rate=peak, steps=steps), at=[steps - 1], gradient_norms=norm, distance=distance
    )
    sums = 1 + float(np.sum(1 / np.arange(1, steps)))
    assert found.end == pytest.approx(
        distance**2 / (2 * peak * steps) + peak * norm**2 * sums / 2, rel=1e-9
    )
    assert found.best_end == pytest.approx(distance * norm * math.sqrt(sums / steps), rel=1e-9)


@pytest.mark.parametrize(("steps", "within"), [(100, 0.02), (10_000, 1e-3), (1_000_000, 1e-4)])
def test_linear_decay_has_no_logarithm(steps, within):
    found = bound(Linear(start=1.0, end=0.0, steps=steps), at=[steps - 1])
    assert found.best_end == pytest.approx(2 / math.sqrt(steps), rel=within)


@pytest.mark.parametrize("steps", [100, 1000, 100_000])
def test_the_shapes_rank_as_in_the_paper(steps):
    ends = [
        bound(recipe(peak=1.0), steps=steps, at=[steps - 1]).best_end
        for recipe in (paceline.linear, paceline.cosine, paceline.wsd, paceline.constant)
    ]
    assert ends == sorted(ends)


@given(rates=with_zeros, scale=scales, distance=scales, norm=scales)
def test_it_scales_as_it_must(rates, scale, distance, norm):
    plain = bound(Tabulated(rates=rates))
    scaled = bound(scale * Tabulated(rates=rates), gradient_norms=norm, distance=distance)
    assert scaled.best_end == pytest.approx(distance * norm * plain.best_end, rel=1e-9)
    assert scaled.best_factor == pytest.approx(
        distance / norm * plain.best_factor / scale, rel=1e-9
    )
    same = bound(scale * Tabulated(rates=rates), gradient_norms=1 / scale)
    np.testing.assert_allclose(scale * same.values, plain.values, rtol=1e-9)


@given(rates=with_zeros, distance=scales, away=st.floats(0.01, 100))
def test_the_best_factor_is_the_minimum(rates, distance, away):
    schedule = Tabulated(rates=rates)
    found = bound(schedule, distance=distance)
    best = bound(found.best_factor * schedule, distance=distance)
    assert best.end == pytest.approx(found.best_end, rel=1e-9)
    assert best.best_factor == pytest.approx(1)
    assert bound(away * found.best_factor * schedule, distance=distance).end >= best.end * (
        1 - 1e-12
    )


@given(rates=rates, before=st.integers(0, 5), within=st.integers(0, 5), after=st.integers(0, 5))
def test_steps_at_rate_0_change_nothing(rates, before, within, after):
    middle = len(rates) // 2
    padded = [0.0] * before + rates[:middle] + [0.0] * within + rates[middle:] + [0.0] * after
    plain, found = bound(Tabulated(rates=rates)), bound(Tabulated(rates=padded))
    assert found.end == pytest.approx(plain.end, rel=1e-12)
    assert found.best_factor == pytest.approx(plain.best_factor, rel=1e-12)
    assert np.all(np.isinf(found.values[:before]))
    np.testing.assert_allclose(found.values[len(padded) - after - 1 :], plain.end, rtol=1e-12)


@given(
    rates=rates,
    start=st.lists(st.floats(-5, 5), min_size=2, max_size=4).filter(lambda point: any(point)),
)
def test_no_run_of_sgd_on_a_convex_loss_ends_above_it(rates, start):
    point = np.array(start)
    losses = []
    for rate in rates:
        worst = np.abs(point).argmax()  # the loss is max |x_i|, whose subgradients have norm 1
        losses.append(abs(point[worst]))
        point[worst] -= rate * np.sign(point[worst])
    distance = max(float(np.linalg.norm(start)), 1e-30)
    found = bound(Tabulated(rates=rates), distance=distance)
    assert np.all(np.array(losses) <= found.values * (1 + 1e-9))


def test_a_warm_up_costs_little_and_the_curve_falls_fast_in_the_decay():
    plain = bound(paceline.wsd(peak=1.0, steps=1000, warmup=0))
    warm = bound(paceline.wsd(peak=1.0, steps=1000, warmup=20))
    assert plain.best_end < warm.best_end < 1.02 * plain.best_end
    tuned = bound(plain.best_factor * paceline.wsd(peak=1.0, steps=1000, warmup=0), at=range(1000))
    assert tuned.values[799] - tuned.values[999] > 3 * (tuned.values[599] - tuned.values[799])


def test_the_points_are_chosen_or_evenly_spaced_and_the_end_is_always_the_end():
    schedule = paceline.cosine(peak=0.1, steps=1000)
    every = bound(schedule, at=range(1000))
    found = bound(schedule)
    assert len(found.steps) == 200
    assert found.steps[[0, -1]].tolist() == [0, 999]
    np.testing.assert_array_equal(found.values, every.values[found.steps])
    some = bound(schedule, at=(500, 3, 3))
    assert some.steps.tolist() == [3, 500]
    assert (some.end, some.best_factor) == (every.end, every.best_factor)


def test_steps_bind_a_recipe_and_read_the_beginning_of_a_schedule():
    recipe = paceline.cosine(peak=0.1)
    assert bound(recipe, steps=300).end == bound(recipe.over(300)).end
    assert bound(Constant(rate=0.1), steps=50).end == bound(Constant(rate=0.1, steps=50)).end
    whole = bound(paceline.cosine(peak=0.1, steps=300), at=[99])
    assert bound(paceline.cosine(peak=0.1, steps=300), steps=100).end == whole.values[0]


def test_rates_far_below_the_peak_give_a_large_bound_and_no_error():
    found = bound(Tabulated(rates=(1.0, 1.0, 1e-300)))
    assert found.end > 1e200
    assert bound(Tabulated(rates=(1e-30, 1.0, 1.0))).end == pytest.approx(
        bound(Tabulated(rates=(1.0, 1.0))).end
    )


def test_the_answer_is_one_line():
    found = bound(paceline.linear(peak=0.03, steps=1000))
    assert repr(found) == "<BoundResult: 0.06351 at the end; 0.06343 with the rates times 1.05>"


def test_it_needs_no_backend_of_its_own():
    code = (
        "import sys, paceline; before = set(sys.modules); from paceline.forecast import bound;"
        "bound(paceline.wsd(peak=1.0, steps=100));"
        "assert not {'tensorflow', 'torch', 'scipy'} & (set(sys.modules) - before)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


good = paceline.wsd(peak=0.1, steps=10)


@pytest.mark.parametrize(
    ("schedule", "options", "message"),
    [
        (paceline.wsd(peak=0.1), {}, r"does not know its horizon yet"),
        (Constant(rate=0.1), {}, r"schedule that ends; got .*cut\(steps\)"),
        (paceline.wsd(peak=0.0, steps=10), {}, r"above 0; got .* rate is 0 at each of 10 updates"),
        (Tabulated(rates=(0.0,)), {}, r"rate above 0"),
        (Linear(start=0.0, end=1.0, steps=9), {"steps": 1}, r"rate above 0"),
        (Constant(rate=0.1, steps=10**9), {}, r"at most 10\*\*8 updates; got 1000000000"),
        ("wsd(peak=0.1)", {}, r"got schedule='wsd\(peak=0.1\)' \(str\).*parse_schedule"),
        (0.1, {}, r"got schedule=0.1 \(float\)\. .*Constant"),
        (None, {}, r"got schedule=None"),
        (keras.optimizers.schedules.CosineDecay(0.1, 10), {}, r"paceline\.from_keras"),
        (good, {"steps": 0}, r"steps > 0; got steps=0"),
        (good, {"steps": -3}, r"got steps=-3"),
        (good, {"steps": 2.5}, r"a whole number; got steps=2.5"),
        (good, {"at": []}, r"at=\[\], which is empty"),
        (good, {"at": 3}, r"a tuple of steps; got at=3"),
        (good, {"at": [10]}, r"at < 10, in steps; got 10\. The last step of the schedule is 9"),
        (good, {"at": [-1]}, r"at\[0\] >= 0; got at\[0\]=-1"),
        (good, {"at": [0.5]}, r"whole number; got at\[0\]=0.5"),
        (good, {"distance": 0}, r"distance > 0; got distance=0"),
        (good, {"distance": float("nan")}, r"got distance=nan"),
        (good, {"distance": "far"}, r"got distance='far'"),
        (good, {"gradient_norms": 0.0}, r"from 1e-30 to 1e\+30; got 0.0 at step 0"),
        (good, {"gradient_norms": [1.0] * 9}, r"update, 10; got an array of shape \(9,\)"),
        (good, {"gradient_norms": [1.0] * 9 + [math.inf]}, r"got inf at step 9"),
        (good, {"gradient_norms": [[1.0] * 10]}, r"shape \(1, 10\)"),
        (good, {"gradient_norms": "a"}, r"got gradient_norms='a' \(str\)"),
        (good, {"gradient_norms": None}, r"got gradient_norms=None"),
    ],
)
def test_what_is_wrong_is_said(schedule, options, message):
    with pytest.raises((TypeError, ValueError), match=message):
        bound(schedule, **options)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Falling(Schedule):
    steps: int

    def _rate(self, position, xp):
        return 0.5 - xp.real(position)


def test_a_formula_of_ones_own_that_goes_below_0_is_named_with_its_step():
    with pytest.raises(ValueError, match=r"rates of 0 or more; got -0.5 at step 1 of schedule="):
        bound(Falling(steps=5))

"""A variant against the baseline: the tests by brute force and against SciPy's own."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from paceline.comparison import contrasts, sign_flip
from paceline.comparison._contrast import beats
from paceline.comparison._equivalence import equivalence
from paceline.comparison._holm import holm
from paceline.comparison._power import fewest_seeds, seeds_needed
from paceline.comparison._sign_flip import signed_ranks

DIFFERENCES = st.lists(st.integers(-50, 50), min_size=2, max_size=9)
P = st.floats(1e-6, 1.0)


@given(DIFFERENCES)
def test_the_sign_flip_p_counts_the_ways_to_choose_the_signs(differences):
    ways = [abs(np.dot(signs, differences)) for signs in
            itertools.product((-1, 1), repeat=len(differences))]  # fmt: skip
    expected = np.mean(np.array(ways) >= abs(sum(differences)))
    assert sign_flip(differences) == pytest.approx(expected)


@given(st.lists(st.floats(-1, 1).map(lambda value: round(value, 6)), min_size=2, max_size=12))
def test_it_is_scipys_permutation_test_of_one_sample(differences):
    if not np.any(differences):
        return
    expected = stats.permutation_test(
        (differences,), np.sum, permutation_type="samples", n_resamples=2**12
    ).pvalue
    assert sign_flip(differences) == pytest.approx(expected)


@given(DIFFERENCES, st.floats(1e-6, 1e6))
def test_the_sign_flip_p_knows_no_unit_and_no_direction(differences, unit):
    scaled = np.array(differences) * unit
    assert sign_flip(scaled) == pytest.approx(sign_flip(differences))
    assert sign_flip(-scaled) == pytest.approx(sign_flip(differences))


@given(st.lists(st.floats(0.01, 1e3), min_size=6, max_size=12, unique=True), st.integers(0, 2**12))
def test_on_ranks_it_is_wilcoxons_exact_test(sizes, bits):
    signs = np.array([1 if bits >> i & 1 else -1 for i in range(len(sizes))])
    differences = signs * np.array(sizes)
    expected = stats.wilcoxon(differences, method="exact").pvalue
    assert sign_flip(signed_ranks(differences)) == pytest.approx(expected)


def test_beyond_15_pairs_the_sampled_p_is_near_the_exact_one_and_always_the_same():
    differences = np.random.default_rng(3).normal(0.5, 1.0, 18)
    signs = np.array(list(itertools.product((-1, 1), repeat=18)), dtype=np.int8)
    exact = np.mean(np.abs(signs @ differences) >= abs(differences.sum()) - 1e-9)
    assert sign_flip(differences) == pytest.approx(exact, abs=0.008)
    assert sign_flip(differences) == sign_flip(differences)


@given(st.dictionaries(st.text(max_size=3), P, min_size=1, max_size=5))
def test_holms_p_is_that_of_the_closed_test_with_bonferroni(p):
    corrected = holm(p)
    for name in p:
        subsets = [
            chosen
            for size in range(1, len(p) + 1)
            for chosen in itertools.combinations(p, size)
            if name in chosen
        ]
        closed = max(min(1.0, len(chosen) * min(p[key] for key in chosen)) for chosen in subsets)
        assert corrected[name] == pytest.approx(closed)


@given(st.lists(st.floats(-1, 1), min_size=3, max_size=12), st.floats(0.01, 2.0))
def test_equal_means_that_the_90_percent_interval_is_inside_the_margin(values, margin):
    spread = np.std(values, ddof=1)
    if spread < 1e-6:
        return
    interval = stats.ttest_1samp(values, 0.0).confidence_interval(0.9)
    inside = max(abs(interval.low), abs(interval.high)) < margin
    p = equivalence(np.array(values), margin=margin)
    above = stats.ttest_1samp(values, -margin, alternative="greater").pvalue
    below = stats.ttest_1samp(values, margin, alternative="less").pvalue
    assert p == pytest.approx(max(above, below), rel=1e-6)
    assert (p < 0.05) == inside or p == pytest.approx(0.05)


@pytest.mark.parametrize("margin", [0.0, math.nan])
def test_without_a_margin_nothing_is_equal(margin):
    assert math.isnan(equivalence(np.zeros(8), margin=margin))


def test_the_fewest_seeds_are_the_least_whose_smallest_p_is_below_5_percent():
    for comparisons in range(1, 60):
        seeds = fewest_seeds(comparisons)
        assert 2 * comparisons / 2**seeds < 0.05 <= 2 * comparisons / 2 ** (seeds - 1)
        names = [str(number) for number in range(comparisons)]
        assert max(holm(dict.fromkeys(names, sign_flip(np.ones(min(seeds, 15))))).values()) < 0.05


def test_as_many_seeds_as_are_needed_show_the_difference_in_four_of_five_runs():
    needed = seeds_needed(0.9, 1.0, comparisons=1)
    generator = np.random.default_rng(0)
    runs = generator.normal(0.9, 1.0, (4_000, needed))
    shown = np.mean(stats.ttest_1samp(runs, 0.0, axis=1).pvalue < 0.05)
    assert 0.79 < shown < 0.86


@given(st.floats(0.3, 5.0), st.integers(1, 9))
def test_more_comparisons_and_smaller_differences_need_more_seeds(effect, comparisons):
    one = seeds_needed(effect, 1.0, comparisons=comparisons)
    assert one >= fewest_seeds(comparisons)
    assert seeds_needed(effect, 1.0, comparisons=comparisons + 1) >= one
    assert seeds_needed(0.7 * effect, 1.0, comparisons=comparisons) >= one
    assert seeds_needed(-effect, 1.0, comparisons=comparisons) == one


def against(values, base, **changes):
    fields = {"higher_is_better": False, "margin": 0.01}
    found = contrasts(
        {"a": dict(enumerate(values))}, baseline=dict(enumerate(base)), **(fields | changes)
    )
    return found["a"]


def test_a_diverged_trial_ranks_last_and_is_excluded_from_nothing():
    values = [0.5 + 0.01 * seed for seed in range(8)]
    found = against([*values[:7], math.nan], [1.0] * 8)
    assert found.on_ranks
    assert found.pairs == 8
    assert found.beats == 7 / 8
    assert math.isnan(found.difference.low)
    assert math.isnan(found.equal_p)
    assert found.p == stats.wilcoxon([-7, -6, -5, -4, -3, -2, -1, 8], method="exact").pvalue
    assert found.verdict == "no evidence"


def test_a_baseline_that_always_diverges_is_beaten():
    found = against([0.5] * 8, [math.nan] * 8)
    assert (found.verdict, found.beats, found.difference.count) == ("better", 1.0, 0)
    both = against([math.nan] * 8, [math.inf] * 8)
    assert (both.verdict, both.beats, both.p) == ("no evidence", 0.5, 1.0)


def test_seeds_that_only_one_has_are_left_out():
    found = contrasts(
        {"a": {1: 0.5, 2: 0.5}}, baseline={2: 1.0, 3: 1.0}, higher_is_better=False, margin=0.1
    )
    assert found["a"].pairs == 1
    nothing = contrasts({"a": {}}, baseline={2: 1.0}, higher_is_better=False, margin=0.1)["a"]
    assert (nothing.pairs, nothing.p, nothing.verdict) == (0, 1.0, "too few seeds")
    assert math.isnan(nothing.beats)


@given(
    st.lists(st.sampled_from([0.1, 0.2, 0.3, math.nan]), min_size=1, max_size=12),
    st.lists(st.sampled_from([0.1, 0.2, 0.3, math.nan]), min_size=12, max_size=12),
    st.booleans(),
)
def test_one_beats_the_other_as_often_as_the_other_does_not(one, other, higher):
    ours, theirs = dict(enumerate(one)), dict(enumerate(other))
    there = beats(ours, theirs, higher_is_better=higher)
    assert there + beats(theirs, ours, higher_is_better=higher) == pytest.approx(1.0)


@given(st.lists(st.floats(-5, 5), min_size=8, max_size=8), st.booleans())
def test_turning_the_metric_round_turns_the_verdict_round(values, higher):
    turned = {"better": "worse", "worse": "better"}
    one = against(values, [0.0] * 8, higher_is_better=higher).verdict
    other = against(values, [0.0] * 8, higher_is_better=not higher).verdict
    assert other == turned.get(one, one)


def test_the_five_verdicts():
    spread = np.array([0.5, -0.5, 0.4, -0.4, 0.3, -0.3, 0.2, -0.2])
    assert against(spread * 0.01 - 1, [0.0] * 8).verdict == "better"
    assert against(spread * 0.01 + 1, [0.0] * 8).verdict == "worse"
    assert against(spread * 0.01, [0.0] * 8).verdict == "practically equal"
    assert against(spread, [0.0] * 8).verdict == "no evidence"
    assert against(spread[:5] - 1, [0.0] * 5).verdict == "too few seeds"

import dataclasses

import numpy as np
import pytest
from comparison.simulated import HORIZON, comparison, failed, rates_by_name, trial


def _named(*names):
    return {name: rates for name, rates in rates_by_name().items() if name in names}


def _with_accuracy(values, baseline="a", **changes):
    rates = dict.fromkeys(values, np.full(HORIZON, 0.1))
    outcomes = [
        trial(
            name,
            rates[name],
            seed,
            validation={"loss": np.array([value]), "accuracy": np.array([value])},
        )
        for name, seeds in values.items()
        for seed, value in enumerate(seeds)
    ]
    count = len(next(iter(values.values())))
    return comparison(rates, count, outcomes, baseline=baseline, **changes)


SPREAD = np.linspace(-0.01, 0.01, 8)


def test_a_result_shows_its_answer_and_no_arrays():
    found = _with_accuracy({"a": 0.9 + SPREAD, "b": 0.95 + 1.1 * SPREAD})
    assert repr(found) == f"<ComparisonResult: {found.verdict}>"
    assert str(found) == f"{found.verdict}\n{found.table()}"
    assert repr(found.outcomes[0]).startswith("Outcome(variant='a', seed=0, status='done', steps")
    assert "array" not in repr(found.outcomes)


def test_what_is_better_is_told_with_effect_interval_seeds_and_correction():
    text = _with_accuracy({"a": 0.9 + SPREAD, "b": 0.95 + 1.1 * SPREAD}).verdict
    assert text == (
        "b is better than the baseline a: its validation accuracy is 0.05000 [0.04941, 0.05059] "
        "higher over 8 paired seeds (sign-flip test p\u00a0=\u00a00.0078)."
    )
    three = _with_accuracy({"a": 0.9 + SPREAD, "b": 0.95 + 1.1 * SPREAD, "c": 0.8 + SPREAD})
    assert "p\u00a0=\u00a00.016; Holm's correction for 2 comparisons)." in three.verdict
    assert "Worse: c −0.1000 [−0.1000, −0.1000]." in three.verdict
    wide = _with_accuracy({"a": 0.9 + SPREAD, "c": 0.896 + SPREAD}, margin=0.02).verdict
    assert "Worse: c −0.004000 [−0.004000, −0.004000] (within the margin)." in wide


def test_lower_is_better_for_a_loss():
    result = _with_accuracy(
        {"a": 0.9 + SPREAD, "b": 0.5 + 1.1 * SPREAD}, metric="loss", higher_is_better=False
    )
    assert "b is better than the baseline a: its validation loss is 0.4000 [" in result.verdict
    assert "] lower over 8 paired seeds" in result.verdict


def test_no_evidence_is_told_with_how_many_seeds_it_would_take():
    text = _with_accuracy({"a": 0.9 + SPREAD, "b": 0.903 - SPREAD}).verdict
    assert text.startswith(
        "No variant is shown to be better than the baseline a over 8 paired seeds (sign-flip test)."
    )
    assert "b has the best mean validation accuracy, 0.9030 [" in text
    assert "To see the observed difference at 80 % power takes about 173 seeds." in text


def test_practically_equal_needs_the_interval_inside_the_margin():
    mixed = SPREAD[[3, 0, 6, 1, 7, 2, 5, 4]]
    values = {"a": 0.9 + SPREAD, "b": 0.9005 + 0.1 * mixed + 0.9 * SPREAD}
    assert _with_accuracy(values).summaries[0].contrast.verdict == "practically equal"
    narrow = _with_accuracy(values, margin=0.0005)
    assert narrow.summaries[0].contrast.verdict == "no evidence"
    assert "Practically equal: b" not in narrow.verdict


def test_a_lead_below_the_margin_is_still_better_and_said_not_to_matter():
    text = _with_accuracy({"a": 0.9 + SPREAD, "b": 0.902 + 1.01 * SPREAD}).verdict
    assert text.startswith("b is better than the baseline a")
    assert "higher, less than the margin of 0.005000 that does not matter, over" in text


def test_the_baseline_itself_can_be_the_best():
    text = _with_accuracy({"a": 0.95 + SPREAD, "b": 0.9 + 1.1 * SPREAD}).verdict
    assert text.startswith("No variant is shown to be better than the baseline a")
    assert "The baseline a has the best mean validation accuracy, 0.9500 [" in text
    assert "Worse: b −0.05000 [−0.05059, −0.04941]." in text


def test_which_of_two_that_are_better_is_best_is_said_to_be_untested():
    text = _with_accuracy({"a": 0.8 + SPREAD, "b": 0.95 + SPREAD, "c": 0.94 + SPREAD}).verdict
    assert text.startswith("b is better than the baseline a")
    assert "Which of those that are better is the best was not tested. Better too: c +0.14" in text


def test_the_best_mean_without_evidence_does_not_hide_what_is_better():
    wide = np.array([0.3, -0.1, 0.4, -0.05, 0.3, 0.2, -0.1, 0.1])
    text = _with_accuracy({"a": 0.5 + SPREAD, "b": 0.55 + 1.1 * SPREAD, "c": 0.5 + wide}).verdict
    assert text.startswith("b is better than the baseline a")
    assert "c has the best mean validation accuracy, 0.6313" in text


def test_one_seed_is_too_few():
    text = _with_accuracy({"a": [0.9], "b": [0.99]}).verdict
    assert text == (
        "1 seed is too few for a verdict on 1 comparison to the baseline a: 6 are the fewest. "
        "b has the best mean validation accuracy, 0.9900 over 1 seed: +0.09000 against the "
        "baseline, p\u00a0=\u00a01.0."
    )


@pytest.mark.parametrize(("variants", "needed"), [(2, 6), (4, 7), (6, 8), (10, 9)])
def test_too_few_seeds_are_named_with_how_many_are_needed(variants, needed):
    few = {chr(97 + i): 0.9 + 0.01 * i + SPREAD[: needed - 1] for i in range(variants)}
    assert f"to the baseline a: {needed} are the fewest." in _with_accuracy(few).verdict
    enough = {name: 0.9 + 0.01 * i + np.linspace(0, 0.01, needed) for i, name in enumerate(few)}
    assert "too few" not in _with_accuracy(enough).verdict


def test_an_a_a_run_says_what_the_baseline_shows_against_itself():
    mixed = SPREAD[[3, 0, 6, 1, 7, 2, 5, 4]]
    same = _with_accuracy({"a": 0.9 + SPREAD, "b": 0.95 + SPREAD})
    again = [
        dataclasses.replace(outcome, seed=outcome.seed + 8, validation={"accuracy": [0.9 + off]})
        for outcome, off in zip(same.of("a"), mixed, strict=True)
    ]
    result = dataclasses.replace(same, again=tuple(again))
    assert result.noise_floor.pairs == 8
    assert (
        "Against itself on other seeds, the baseline shows no difference, as it" in result.verdict
    )
    far = [dataclasses.replace(item, validation={"accuracy": [0.99]}) for item in again]
    broken = dataclasses.replace(same, again=tuple(far))
    assert "shows a difference, +0.09000 [" in broken.verdict


def test_a_metric_that_is_constant_has_no_best():
    text = _with_accuracy({"a": [0.1] * 8, "b": [0.1] * 8}).verdict
    assert "All have the same mean validation accuracy, 0.1000." in text
    assert text.endswith("Practically equal: b +0.000 [0.000, 0.000].")


def test_a_metric_of_nothing_but_nan_is_said():
    text = _with_accuracy({"a": [np.nan] * 8, "b": [np.nan] * 8}).verdict
    assert text == "No trial gave a finite validation accuracy, so nothing can be compared."


def test_diverged_and_failed_trials_are_counted_by_name():
    rates = _named("cosine", "constant-high")
    outcomes = [trial(name, rates[name], seed) for name in rates for seed in range(8)]
    outcomes[0] = trial("constant-high", np.full(HORIZON, 0.5), 0)
    outcomes[9] = failed("cosine", 1, "ValueError: no")
    text = comparison(rates, 8, outcomes).verdict
    assert "Of 16 trials, 1 diverged (constant-high 1); 1 failed (cosine 1)." in text
    assert text.startswith(
        "cosine is better than the baseline constant-high: its validation accuracy ranks ahead in "
        "7 of 7 pairs over 7 paired seeds (sign-flip test on ranks, as a trial diverged, "
        "p\u00a0=\u00a00.016)"
    )


def test_nothing_but_diverged_trials_is_said_first():
    rates = {"a": np.full(HORIZON, 0.5), "b": np.full(HORIZON, 0.6)}
    assert comparison(rates, 3).verdict.startswith("All 6 trials diverged: try lower rates.")


def test_a_diverged_seed_under_every_variant_leaves_no_best():
    rates = _named("cosine", "wsd")
    hot = np.full(HORIZON, 0.5)
    outcomes = [
        trial(name, hot if seed == 0 else rates[name], seed) for name in rates for seed in range(3)
    ]
    text = comparison(rates, 3, outcomes).verdict
    assert text.startswith("3 seeds are too few for a verdict")
    assert "best mean" not in text


def test_nothing_but_failed_trials_is_said():
    rates = _named("cosine", "wsd")
    outcomes = [failed(name, seed, "no") for name in rates for seed in range(2)]
    assert comparison(rates, 2, outcomes).verdict == "No trial finished: all 4 trials failed."


def test_no_trial_at_all_is_said():
    assert comparison(outcomes=[]).verdict.startswith("No trial has run yet")


def test_a_single_variant_is_described():
    text = _with_accuracy({"a": 0.9 + SPREAD}).verdict
    assert text.startswith("a was the only variant: its validation accuracy is 0.9000 [")

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


def test_a_clear_lead_is_told_with_its_effect_interval_and_seeds():
    text = _with_accuracy({"a": 0.9 + SPREAD, "b": 0.95 + 1.1 * SPREAD}).verdict
    assert text == (
        "b has the best mean validation accuracy: 0.9500 [0.9436, 0.9564] over 8 seeds; that is "
        "+0.05000 [0.04941, 0.05059] against the baseline a, seed by seed, an interval that "
        "excludes 0."
    )


def test_an_interval_that_includes_zero_is_called_no_evidence():
    text = _with_accuracy({"a": 0.9 + SPREAD, "b": 0.901 - SPREAD}).verdict
    assert text.startswith("b has the best mean")
    assert "an interval that includes 0 is no evidence of a difference." in text


def test_the_baseline_itself_can_be_the_best():
    text = _with_accuracy({"a": 0.95 + SPREAD, "b": 0.9 + 1.1 * SPREAD}).verdict
    assert text.startswith("The baseline a has the best mean validation accuracy: 0.9500 [")
    assert "The next best, b, differs from it by −0.05000 [−0.05059, −0.04941]" in text


def test_lower_is_better_for_a_loss():
    result = _with_accuracy(
        {"a": 0.9 + SPREAD, "b": 0.5 + SPREAD}, metric="loss", higher_is_better=False
    )
    assert result.verdict.startswith("b has the best mean validation loss: 0.5000 [")


def test_the_next_best_is_said_to_be_untested():
    text = _with_accuracy({"a": 0.8 + SPREAD, "b": 0.95 + SPREAD, "c": 0.94 + SPREAD}).verdict
    assert "Whether it beats the next best, c (0.9400), was not tested." in text


def test_one_seed_is_no_evidence():
    text = _with_accuracy({"a": [0.9], "b": [0.99]}).verdict
    assert text == (
        "b has the best validation accuracy, 0.9900, on the one seed that ran, and one seed is no "
        "evidence. With 1 comparison to the baseline, fewer than 6 seeds are too few for a verdict."
    )


@pytest.mark.parametrize(("variants", "needed"), [(2, 6), (4, 7), (6, 8), (10, 9)])
def test_too_few_seeds_are_named_with_how_many_are_needed(variants, needed):
    few = {chr(97 + i): 0.9 + 0.01 * i + SPREAD[: needed - 1] for i in range(variants)}
    assert f"fewer than {needed} seeds are too few" in _with_accuracy(few).verdict
    enough = {name: 0.9 + 0.01 * i + np.linspace(0, 0.01, needed) for i, name in enumerate(few)}
    assert "too few" not in _with_accuracy(enough).verdict


def test_a_metric_that_is_constant_has_no_best():
    text = _with_accuracy({"a": [0.1] * 8, "b": [0.1] * 8}).verdict
    assert text == "All 2 variants have the same mean validation accuracy, 0.1000."


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
    assert text.startswith("cosine has the best mean validation accuracy")
    assert "against the baseline constant-high, without an interval." in text


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
    assert text.startswith("Every variant diverged on at least one seed")


def test_nothing_but_failed_trials_is_said():
    rates = _named("cosine", "wsd")
    outcomes = [failed(name, seed, "no") for name in rates for seed in range(2)]
    assert comparison(rates, 2, outcomes).verdict == "No trial finished: all 4 trials failed."


def test_no_trial_at_all_is_said():
    assert comparison(outcomes=[]).verdict.startswith("No trial has run yet")


def test_a_single_variant_is_described():
    text = _with_accuracy({"a": 0.9 + SPREAD}).verdict
    assert text.startswith("a was the only variant: its validation accuracy is 0.9000 [")

import csv
import io
import math
from pathlib import Path

import numpy as np
import pytest
from comparison.outcomes import failed, outcome, result

from paceline.comparison import Summary, estimate
from paceline.comparison._margin import default_target


def rows(*outcomes, **changes) -> dict[str, Summary]:
    return {row.variant: row for row in result(*outcomes, **changes).summaries}


def test_differences_are_taken_seed_by_seed() -> None:
    found = rows(
        outcome("a", 0, [0.9, 0.5]),
        outcome("a", 1, [0.9, 0.3]),
        outcome("b", 0, [0.9, 0.6]),
        outcome("b", 1, [0.9, 0.2]),
    )
    assert found["a"].contrast is None
    assert found["b"].contrast is not None
    assert found["b"].contrast.difference == estimate([0.6 - 0.5, 0.2 - 0.3])


def test_a_seed_that_the_other_has_not_is_left_out_of_the_difference() -> None:
    found = rows(
        *[outcome("a", seed, [0.9, 0.5]) for seed in range(3)],
        *[outcome("b", seed, [0.9, 0.4]) for seed in range(2)],
        failed("b", 2),
    )
    assert found["b"].failed == 1
    assert found["b"].contrast is not None
    assert found["b"].contrast.difference.count == found["b"].contrast.pairs == 2


def test_where_a_trial_diverged_there_is_a_mean_of_the_others_and_no_interval() -> None:
    wild = outcome("b", 2, [0.9, 80.0], status="diverged")
    found = rows(
        *[outcome("a", seed, [0.9, 0.5]) for seed in range(3)],
        *[outcome("b", seed, [0.9, 0.4]) for seed in range(2)],
        wild,
    )
    assert (found["b"].done, found["b"].diverged, found["b"].failed) == (2, 1, 0)
    loss, contrast = found["b"].final["loss"], found["b"].contrast
    assert contrast is not None
    for one, mean in [(loss, 0.4), (contrast.difference, -0.1)]:
        assert one.mean == pytest.approx(mean)
        assert one.count == 2
        assert math.isnan(one.low)


def test_a_variant_that_diverged_ranks_after_those_that_did_not() -> None:
    ranked = result(
        outcome("bad", 0, [0.9, 0.8]),
        outcome("wild", 0, [0.9, 0.1]),
        outcome("wild", 1, [math.nan], status="diverged"),
        outcome("good", 0, [0.9, 0.2]),
    ).summaries
    assert [row.variant for row in ranked] == ["good", "bad", "wild"]


def test_where_more_is_better_the_largest_mean_is_first() -> None:
    ranked = result(
        outcome("low", 0, [0.9, 0.8]),
        outcome("high", 0, [0.9, 0.2]),
        metric="accuracy",
        higher_is_better=True,
    ).summaries
    assert [row.variant for row in ranked] == ["high", "low"]


def test_the_gap_is_validation_minus_training_loss() -> None:
    found = rows(outcome("a", 0, [0.9, 0.5], losses=np.full(20, 0.2)))
    assert found["a"].gap.mean == pytest.approx(0.3)
    assert found["a"].training_loss.mean == pytest.approx(0.2)


def test_steps_to_target_count_updates_to_the_first_epoch_at_or_below() -> None:
    found = rows(
        outcome("a", 0, [0.9, 0.5, 0.6]),
        outcome("a", 1, [0.5, 0.4, 0.3]),
        outcome("a", 2, [0.9, 0.8, 0.7]),
    )
    assert found["a"].steps_to_target == (20, 10, None)
    assert found["a"].time_to_target.median == 20


def test_the_median_is_infinite_where_most_never_reach_the_target() -> None:
    found = rows(*[outcome("a", seed, [0.9, 0.5 + 0.1 * seed]) for seed in range(3)])
    assert found["a"].steps_to_target == (20, None, None)
    assert found["a"].time_to_target.median == math.inf


def test_median_and_worst_rank_a_diverged_trial_last() -> None:
    trials = [outcome("a", seed, [0.9, 0.1 * seed]) for seed in range(4)]
    calm = rows(*trials)["a"]
    assert (calm.median, calm.worst) == (pytest.approx(0.15), pytest.approx(0.3))
    wild = rows(*trials[:2], outcome("a", 2, [math.nan], status="diverged"))["a"]
    assert (wild.median, wild.worst) == (pytest.approx(0.1), math.inf)
    accuracy = rows(*trials, metric="accuracy", higher_is_better=True)["a"]
    assert accuracy.worst == pytest.approx(0.7)


def test_the_default_target_is_what_the_baseline_reaches_at_90_percent_of_its_descent() -> None:
    pair = [outcome("a", 0, [1.0, 0.4]), outcome("a", 1, [1.0, 0.6])]
    assert default_target(pair) == pytest.approx(2.0 - 0.9 * (2.0 - 0.5))
    assert default_target([*pair, failed("a", 2)]) == default_target(pair)
    assert math.isnan(default_target([failed("a", 0)]))


def test_the_csv_has_a_line_a_trial_and_any_name_comes_back(tmp_path: Path) -> None:
    name = 'a, "quoted"\nname'
    found = result(outcome(name, 0, [0.9, 0.5]), failed(name, 1), outcome("b", 0, [0.9, 0.7]))
    text = found.to_csv(tmp_path / "results.csv").read_text()
    lines = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [(line["variant"], line["seed"]) for line in lines] == [
        (outcome.variant, str(outcome.seed)) for outcome in found.outcomes
    ]
    assert float(lines[0]["validation_loss"]) == 0.5
    assert float(lines[0]["gap"]) == 0.5 - found.outcomes[0].final_training_loss
    assert lines[0]["steps_to_target"] == "20"
    assert (lines[1]["status"], lines[1]["error"]) == ("failed", "it broke")
    assert lines[2]["steps_to_target"] == ""

import math

import pytest
from comparison.outcomes import failed, outcome

from paceline.comparison._margin import margin_of

PAIR = [outcome("a", 0, [1.0, 0.4]), outcome("a", 1, [1.0, 0.6])]


def test_what_was_asked_for_is_the_margin():
    assert margin_of(0.02, "loss", PAIR) == (0.02, "as asked for")


@pytest.mark.parametrize("metric", ["accuracy", "val_acc", "AUC", "f1_score"])
def test_a_metric_between_0_and_1_has_half_a_point(metric):
    assert margin_of(None, metric, PAIR)[0] == 0.005


def test_a_loss_has_1_percent_of_the_baselines_descent_from_its_initial_loss():
    margin, rule = margin_of(None, "loss", PAIR)
    assert margin == pytest.approx(0.01 * (2.0 - 0.5))
    assert rule == "1 % of the baseline's descent from its initial loss"
    assert margin_of(None, "training_loss", PAIR)[0] == pytest.approx(0.00974, rel=1e-3)


@pytest.mark.parametrize(
    ("metric", "baseline"),
    [("mean_absolute_error", PAIR), ("loss", [failed("a", 0)]), ("loss", [outcome("a", 0, [9.0])])],
)
def test_where_no_rule_applies_there_is_none_and_the_rule_says_so(metric, baseline):
    margin, rule = margin_of(None, metric, baseline)
    assert math.isnan(margin)
    assert rule.startswith("none")

import numpy as np
import pytest
from charts.drawing import marks, rows, texts

from paceline.charts import profile_chart, survival_chart


def _drawn(chart, name):
    return [(row["step"], row["share"]) for row in rows(chart) if row.get("variant") == name]


def test_a_survival_curve_starts_whole_falls_in_steps_and_goes_on_to_the_horizon():
    chart = survival_chart({"a": ([10, 20], [0.5, 0.0])}, horizon=40, target="loss ≤ 0.1")
    assert _drawn(chart, "a") == [(0, 1), (10, 0.5), (20, 0), (40, 0)]
    (line,) = marks(chart, "line mark")
    assert line.get("d").count("H") + line.get("d").count("L") >= 4
    assert "target: loss ≤ 0.1" in texts(chart)


def test_a_bar_marks_a_curve_that_ends_above_zero():
    curves = {"all": ([10], [0.0]), "some": ([10], [0.5]), "none": ([], [])}
    chart = survival_chart(curves, horizon=40, target="t")
    assert len(marks(chart, "tick")) == 2
    assert _drawn(chart, "none")[:2] == [(0, 1), (40, 1)]


@pytest.mark.parametrize("curves", [{}, {"a": ([], [])}])
def test_nothing_that_reached_the_target_can_be_drawn(curves):
    assert "trials not yet at the target" in texts(survival_chart(curves, horizon=1, target="t"))


def test_a_profile_keeps_only_the_corners_of_its_curves():
    factors = np.linspace(1, 4, 301)
    chart = profile_chart(factors, {"a": np.where(factors < 2, 0.5, 1.0)})
    assert _drawn(chart, "a") == [(1, 0.5), (2, 1), (4, 1)]
    assert {"1×", "4×", "50%"} <= set(texts(chart))

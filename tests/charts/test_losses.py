import numpy as np
import pytest
import vl_convert
from charts.drawing import marks, rows, texts

from paceline.charts import loss_chart

STEPS = [10, 20, 30, 40]
FALLING = {"a": np.geomspace(2, 0.1, 4)[None], "b": np.geomspace(2, 0.2, 4)[None]}


def test_a_diverged_trial_does_not_stretch_the_axis():
    wild = {"a": np.array([[3.0, 1e12, np.nan, np.nan]]), "b": np.array([[1.0, 1.5, 1.9, 1e6]])}
    chart = loss_chart(FALLING, steps=STEPS, diverged=wild)
    ends = [row for row in rows(chart) if row.get("note")]
    assert [(row["variant"], row["step"], row["mean"]) for row in ends] == [
        ("a", 10, 2.0),
        ("b", 40, 2.0),
    ]
    assert "100" not in texts(chart)


def test_the_axis_reaches_only_as_far_as_what_is_shown():
    losses = {"near": np.array([[0.2, 0.1]]), "far": np.array([[9.0, 8.0]])}
    chart = loss_chart(losses, steps=[10, 20])
    assert {"0.1", "1"} <= set(texts(chart))
    assert "1" not in texts(chart, shown=["near"])


@pytest.mark.parametrize(
    "wild", [[[np.nan] * 4], [[2.0, 2.1, 5.0, 1e30]], [[np.inf] * 4], [[1e9, 2e9, 3e9, 4e9]]]
)
def test_nothing_but_diverged_trials_can_be_drawn(wild):
    chart = loss_chart({}, steps=STEPS, diverged={"a": np.array(wild)})
    assert "<svg" in vl_convert.vegalite_to_svg(chart.to_dict())


@pytest.mark.parametrize("losses", [{}, {"a": np.full((2, 4), np.nan)}, {"a": np.zeros((1, 4))}])
def test_losses_that_are_missing_or_zero_can_be_drawn(losses):
    assert "<svg" in vl_convert.vegalite_to_svg(loss_chart(losses, steps=STEPS).to_dict())


def test_the_band_goes_from_the_smallest_seed_to_the_largest():
    chart = loss_chart({"a": np.array([[1.0, 4.0], [3.0, np.nan]])}, steps=[1, 2])
    found = [row for row in rows(chart) if "low" in row]
    assert [(row["low"], row["mean"], row["high"]) for row in found] == [(1, 2, 3), (4, 4, 4)]


def test_the_subtitle_speaks_of_seeds_only_where_there_are_several():
    two = {"a": np.array([[1.0, 4.0], [3.0, 2.0]])}
    assert any("over seeds" in text for text in texts(loss_chart(two, steps=[1, 2])))
    assert not any("over seeds" in text for text in texts(loss_chart(FALLING, steps=STEPS)))


def test_no_line_is_drawn_of_what_is_not_shown():
    assert len(marks(loss_chart(FALLING, steps=STEPS), "line mark")) == 2
    assert len(marks(loss_chart(FALLING, steps=STEPS), "line mark", shown=["b"])) == 1

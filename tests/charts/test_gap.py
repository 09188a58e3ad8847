import math

from charts.drawing import marks, texts

from paceline.charts import gap_chart


def test_every_finite_seed_is_a_dot_and_every_schedule_a_mean():
    chart = gap_chart({"a": {0: 0.1, 1: 0.3, 2: math.nan}, "b": {0: -0.1}, "none": {}})
    assert len(marks(chart, "circle")) == 3
    assert len(marks(chart, "tick")) == 2


def test_a_note_stands_at_the_right_of_its_schedule():
    chart = gap_chart({"a": {0: 0.1}, "b": {0: 0.2}}, notes={"b": "overfits after epoch 3"})
    assert "overfits after epoch 3" in texts(chart)
    assert "overfits after epoch 3" not in texts(chart, shown=["a"])

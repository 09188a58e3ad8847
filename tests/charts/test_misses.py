import numpy as np
import pytest
import vl_convert
from charts.drawing import NASTY_NAMES, marks, rows, texts

from paceline.charts import colors, miss_chart

STEPS = np.arange(10, 1010, 10)


def test_misses_are_lines_in_percent_of_the_loss():
    chart = miss_chart({"a": (STEPS, np.full(100, 0.01)), "b": (STEPS, np.full(100, -0.02))})
    assert len(marks(chart, "line mark")) == 2
    assert {row["miss"] for row in rows(chart)} == {0, 1, -2}
    assert "% of the loss" in texts(chart)


def test_a_wild_beginning_does_not_flatten_the_rest():
    values = np.full(100, 0.001)
    values[0] = 5.0
    assert "+0.1" in texts(miss_chart({"a": (STEPS, values)}))


def test_the_colours_are_those_of_the_order():
    order = ["forecast", "a"]
    (line,) = marks(miss_chart({"a": (STEPS, np.sin(STEPS))}, order=order), "line mark")
    assert line.get("stroke") == colors(order)["a"]


@pytest.mark.parametrize(
    "values", [np.zeros(100), np.full(100, np.nan), np.full(100, 1e300), np.full(100, -1e-9)]
)
def test_any_misses_can_be_drawn(values):
    assert "<svg" in vl_convert.vegalite_to_svg(miss_chart({"a": (STEPS, values)}).to_dict())
    every = dict.fromkeys(NASTY_NAMES, (STEPS, values))
    assert "<svg" in vl_convert.vegalite_to_svg(miss_chart(every).to_dict())
    assert "<svg" in vl_convert.vegalite_to_svg(miss_chart({}).to_dict())

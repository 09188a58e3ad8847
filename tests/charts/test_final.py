import pytest
import vl_convert
from charts.drawing import marks, rows, texts

from paceline.charts import final_chart

NAN = float("nan")


def _chart(values, higher_is_better=True):
    return final_chart(values, metric="accuracy", higher_is_better=higher_is_better)


@pytest.mark.parametrize(("higher_is_better", "edge"), [(True, 0), (False, 720)])
def test_diverged_seeds_are_a_cross_at_the_worse_edge_that_counts_them(higher_is_better, edge):
    chart = _chart({"a": {0: 0.5, 1: 0.6}, "b": {0: NAN, 1: float("inf")}}, higher_is_better)
    (cross,) = marks(chart, "point")
    assert cross.get("transform").startswith(f"translate({edge},")
    assert "2 of 2" in texts(chart)
    means = [row for row in rows(chart) if "count" in row]
    assert [(row["variant"], row["count"]) for row in means] == [("a", 2)]


def test_a_line_joins_the_dots_of_a_seed_and_breaks_where_one_is_missing():
    whole = {name: {0: 0.1 * i, 1: 0.2 * i} for i, name in enumerate("abc", 1)}
    assert [line.get("d").count("L") for line in marks(_chart(whole), "line mark")] == [2, 2]
    holed = {**whole, "b": {0: 0.2}}
    paths = [line.get("d") for line in marks(_chart(holed), "line mark")]
    assert sorted(path.count("L") for path in paths) == [0, 2]


def test_lines_join_the_schedules_in_the_order_in_which_they_are_shown():
    values = {"c": {0: 0.3}, "a": {0: 0.1}, "b": {0: 0.2}}
    (line,) = marks(_chart(values), "line mark", shown=["b", "a"])
    heights = [float(point.split(",")[1]) for point in line.get("d")[1:].split("L")]
    assert heights == sorted(heights)
    assert [text for text in texts(_chart(values), shown=["b", "a"]) if text in "abc"] == ["b", "a"]


@pytest.mark.parametrize("values", [{}, {"a": {}}, {"a": {0: NAN}}, {"a": {0: 1.0}},
                                    {"a": {0: 1.0, 1: 1.0}, "b": {0: 1.0, 1: 1.0}}])  # fmt: skip
def test_a_final_metric_of_one_seed_or_none_or_one_value_can_be_drawn(values):
    assert "<svg" in vl_convert.vegalite_to_svg(_chart(values).to_dict())

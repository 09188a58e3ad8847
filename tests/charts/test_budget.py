from charts.drawing import marks, rows, texts

from paceline.charts import budget_chart

PARTS = {"range test": 0.6, "exploring": 1_234.0, "confirmed": 24.0}


def test_the_parts_stand_one_after_another_with_what_they_took_and_what_is_left():
    chart = budget_chart(PARTS, strong="confirmed", left=1.4, unit="full runs")
    assert [(row["name"], row["begin"], row["end"]) for row in rows(chart)] == [
        ("range test", 0, 0.6),
        ("exploring", 0.6, 1234.6),
        ("confirmed", 1234.6, 1258.6),
        ("left", 1258.6, 1260),
    ]
    assert {"exploring 1,234.0", "left 1.4", "full runs"} <= set(texts(chart))
    assert rows(chart)[1]["share"] == "1,234.0 full runs, 98%"


def test_one_part_has_a_colour_and_the_others_are_grey():
    chart = budget_chart(PARTS, strong="confirmed", left=0, unit="full runs")
    fills = [bar.get("fill") for bar in marks(chart, "bar")]
    grey = [fill for fill in fills if fill[1:3] == fill[3:5] == fill[5:7]]
    assert len(set(fills)) == 3
    assert len(grey) == 2
    assert "left 0.0" not in texts(chart)


def test_nothing_spent_can_be_drawn():
    assert "full runs" in texts(budget_chart({}, strong="a", left=0, unit="full runs"))

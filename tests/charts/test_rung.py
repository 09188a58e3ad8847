import math

from charts.drawing import marks, rows, texts

from paceline.charts import Dot, rung_chart


def _chart(pairs, **how):
    dots = [Dot(variant="cosine", x=x, y=y, text="cosine()") for x, y in pairs]
    return rung_chart(
        dots, **{"short": "loss after 40", "long": "after 120", "title": "40 and 120", **how}
    )


NEAR = [(0.5 + 0.01 * i, 0.3 + 0.01 * i) for i in range(8)]


def test_both_axes_say_what_they_are_and_the_subtitle_what_follows():
    found = texts(_chart(NEAR, subtitle=["rank correlation 1.00 over 8 schedules: trusted"]))
    assert {"loss after 40", "after 120", "rank correlation 1.00 over 8 schedules: trusted"} <= set(
        found
    )
    assert len(marks(_chart(NEAR), "circle")) == 8


def test_what_is_far_worse_or_lost_on_one_horizon_stays_in_place_on_the_other():
    chart = _chart([*NEAR, (9.0, 0.31), (0.51, math.inf), (math.nan, math.nan)])
    far, one, both = [row for row in rows(chart) if "none" in row.values() or row["x_text"] == "9"]
    assert far["y"] == 0.31
    assert one["x"] == 0.51
    assert one["y"] == both["y"]
    assert far["x"] == both["x"]


def test_no_pair_can_be_drawn():
    assert "40 and 120" in texts(_chart([]))

import json

import numpy as np
import pytest
import vl_convert
from charts.drawing import NASTY_NAMES, ink, marks, png_size, rows, texts

from paceline.charts import forecast_chart, over, rate_strip, save_chart

STEPS = np.arange(10, 1010, 10)
FALL = 2.0 + 20.0 / STEPS
RUN = (STEPS, FALL + 0.001, FALL)
LONGER = np.arange(20, 2020, 20)
TOLD = (LONGER, 1.9 + 20.0 / LONGER, 1.8 + 20.0 / LONGER, 2.0 + 20.0 / LONGER)


def ends(chart):
    """The numbers right of the chart, from top to bottom."""
    found = [node for node in marks(chart, "text mark") if node.get("font-weight") == "600"]
    heights = [float(node.get("transform").split(",")[1].rstrip(")")) for node in found]
    return sorted(zip(heights, (node.text for node in found), strict=True))


def far(value):
    steps, *three = TOLD
    return (steps, *(value / 1.91 * part for part in three))


def test_curves_are_dots_with_a_line_and_forecasts_a_line_with_a_band():
    chart = forecast_chart({"run": RUN}, {"longer": TOLD})
    assert len(marks(chart, "circle")) == len(STEPS)
    assert len(marks(chart, "line mark")) == 2
    assert len(marks(chart, "area mark")) == 1
    assert any("band: its 90 % interval" in text for text in texts(chart))


def test_the_loss_at_the_end_of_each_forecast_stands_at_the_right():
    chart = forecast_chart({"run": RUN}, {"a": TOLD, "b": far(2.05)})
    assert [text for _, text in ends(chart)] == ["2.050", "1.910"]


def test_ends_that_are_close_do_not_cover_each_other_and_keep_their_order():
    near = {f"s{place}": far(1.91 + 0.0001 * place) for place in range(6)}
    heights = [height for height, _ in ends(forecast_chart({"run": RUN}, near))]
    assert min(np.diff(heights)) >= 14.9
    assert [text for _, text in ends(forecast_chart({"run": RUN}, near))][-1] == "1.910"
    apart = ends(forecast_chart({"run": RUN}, {"a": far(1.95), "b": far(1.91)}))
    assert apart[0][1] == "1.950"


def test_the_steep_beginning_does_not_flatten_the_rest():
    steep = np.where(STEPS < 100, 50.0, FALL)
    plain = texts(forecast_chart({"run": RUN}, {"longer": TOLD}))
    assert texts(forecast_chart({"run": (STEPS, steep, FALL)}, {"longer": TOLD})) == plain
    assert "10" not in plain


def test_a_huge_interval_does_not_flatten_the_lines():
    steps, losses, *_ = TOLD
    wide = forecast_chart({"run": RUN}, {"longer": (steps, losses, losses / 50, losses * 50)})
    assert "10" not in texts(wide)
    assert "2" in texts(wide)


def test_losses_that_fall_by_decades_have_a_log_axis():
    steps = np.arange(1, 1001)
    losses = 2.0 / steps**2 + 1e-9
    chart = forecast_chart({"run": (steps, losses, losses)}, {})
    assert "0.00001" in texts(chart)


def test_the_mouse_reads_what_the_law_says():
    chart = forecast_chart({"run": RUN}, {"longer": TOLD})
    read = [row for row in rows(chart) if "v0" in row]
    at_last = next(row for row in read if row["step"] == 2000)
    assert at_last["v0"] == pytest.approx(1.91)
    assert at_last["v1"] is None


POINT = tuple(part[-1:] for part in TOLD)


@pytest.mark.parametrize(
    ("logged", "told"),
    [
        ({"run": RUN}, {}),
        ({}, {"longer": TOLD}),
        ({}, {"one": POINT}),
        ({"run": RUN}, {"a": POINT}),
    ],
)
def test_either_part_may_be_missing_or_a_single_point(logged, told):
    assert "<svg" in vl_convert.vegalite_to_svg(forecast_chart(logged, told).to_dict())


def test_any_name_can_be_drawn():
    half = len(NASTY_NAMES) // 2
    chart = forecast_chart(
        dict.fromkeys(NASTY_NAMES[:half], RUN), dict.fromkeys(NASTY_NAMES[half:], TOLD)
    )
    json.dumps(chart.to_dict(), allow_nan=False)
    assert "<script" not in vl_convert.vegalite_to_svg(chart.to_dict())


def test_above_its_rates_it_becomes_a_picture(tmp_path):
    rates = {"longer": np.full(2000, 0.1), "run": np.full(1000, 0.1)}
    whole = over([forecast_chart({"run": RUN}, {"longer": TOLD})], rate_strip(rates))
    data = save_chart(whole, tmp_path / "forecast.png").read_bytes()
    assert png_size(data)[1] > 900
    assert ink(data) > 50
    assert texts(whole).count("updates") == 1
    assert "1.910" in texts(whole)

import math
import xml.etree.ElementTree as ET

import pytest
import vl_convert
from charts.drawing import NASTY_NAMES, marks, rows, texts

from paceline.charts import Dot, search_chart


def _dot(peak, value, name="cosine", **changes):
    return Dot(variant=name, x=peak, y=value, text=f"{name}(peak={peak})", **changes)


def _chart(dots, **how):
    return search_chart(dots, **{"metric": "loss", "title": "After 40 updates", **how})


NEAR = [_dot(0.1 * (1 + i), 0.3 + 0.01 * i) for i in range(8)]


def _y(chart):
    layer = next(each for each in chart.to_dict()["layer"] if "scale" in each["encoding"]["y"])
    return layer["encoding"]["y"]["scale"]


def test_what_is_far_worse_is_a_triangle_at_the_worse_edge_and_does_not_stretch_the_axis():
    chart = _chart([*NEAR, _dot(2.0, 9.0)])
    assert len(marks(chart, "circle")) == 8
    assert len(marks(chart, "point")) == 1
    low, high = _y(chart)["domain"]
    assert low < 0.3 < 0.37 < high < 0.5
    (far,) = [row for row in rows(chart) if row["x"] == 2.0]
    assert far["y"] == high
    assert far["y_text"] == "9"
    assert "triangle: far worse" in texts(chart)


def test_what_did_not_end_well_is_a_cross_at_the_worse_edge_with_its_status():
    lost = [_dot(2.0, math.inf, status="diverged"), _dot(3.0, math.nan, status="failed")]
    chart = _chart([*NEAR, *lost])
    high = _y(chart)["domain"][1]
    found = [row for row in rows(chart) if row["x"] >= 2]
    assert [(row["y"], row["status"], row["y_text"]) for row in found] == [
        (high, "diverged", "none"),
        (high, "failed", "none"),
    ]
    assert "cross: diverged or failed" in texts(chart)


def test_where_higher_is_better_the_worse_edge_is_the_lower_one():
    dots = [_dot(0.1 * (1 + i), 0.9 - 0.01 * i) for i in range(8)]
    chart = _chart([*dots, _dot(2.0, 0.1), _dot(3.0, -math.inf)], higher_is_better=True)
    low = _y(chart)["domain"][0]
    assert low > 0.5
    assert [row["y"] for row in rows(chart) if row["x"] >= 2] == [low, low]


def test_values_over_decades_have_a_log_axis_and_all_alike_a_linear_one():
    assert _y(_chart([_dot(0.1, 10.0**i) for i in range(-2, 3)]))["type"] == "log"
    low, high = _y(_chart([_dot(0.1, 0.5)] * 3))["domain"]
    assert low < 0.5 < high


def test_the_chosen_one_has_a_ring():
    chart = _chart([*NEAR, _dot(0.2, 0.29, chosen=True)])
    (ring,) = marks(chart, "point")
    assert ring.get("stroke") == "#737373"
    assert "ring: chosen" in texts(chart)
    assert "ring: chosen" not in texts(_chart(NEAR))


def test_a_peak_that_was_suggested_is_a_line_with_its_name_and_a_band_is_shaded():
    chart = _chart(NEAR, mark=(0.2, "range test: 0.2"), band=(0.1, 0.5), limits=(0.01, 1.0))
    assert "range test: 0.2" in texts(chart)
    assert len(marks(chart, "rule mark")) == 1
    assert len(marks(chart, "rect mark")) == 1
    assert not marks(_chart(NEAR), "rule mark")


@pytest.mark.parametrize(
    ("limits", "ticks"),
    [
        ((0.02, 2.0), {"0.02", "0.05", "0.1", "0.2", "0.5", "1", "2"}),
        ((1e-4, 1.0), {"1e-4", "0.001", "0.01", "0.1", "1"}),
        ((0.11, 0.19), {"0.1", "0.2"}),
    ],
)
def test_the_axis_of_peaks_has_the_ticks_that_its_decades_need(limits, ticks):
    found = {text.replace("−", "-") for text in texts(_chart([_dot(0.1, 7e7)], limits=limits))}
    assert ticks <= found
    assert not {"0.003", "0.3"} & found


@pytest.mark.parametrize("dots", [[], [_dot(0.1, math.nan)], [_dot(0.1, -math.inf)], [_dot(1, 0)]])
@pytest.mark.parametrize("higher_is_better", [False, True])
def test_nothing_that_ended_well_can_be_drawn(dots, higher_is_better):
    assert "peak" in texts(_chart(dots, higher_is_better=higher_is_better))


def test_any_text_can_be_read_and_none_is_run():
    dots = [_dot(0.1, 0.3, name, status=name) for name in NASTY_NAMES]
    chart = _chart(dots, metric=NASTY_NAMES[1], title=NASTY_NAMES[2], mark=(0.1, NASTY_NAMES[0]))
    picture = ET.fromstring(vl_convert.vegalite_to_svg(chart.to_dict()))
    assert not list(picture.iter("{http://www.w3.org/2000/svg}script"))

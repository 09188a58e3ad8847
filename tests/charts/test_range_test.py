import xml.etree.ElementTree as ET

import numpy as np
import pytest
import vl_convert
from charts.drawing import NASTY_NAMES, rows

from paceline.charts import range_test_chart


def _range_test(losses, **settings):
    curves = {"10 updates": (np.logspace(-6, 1, len(losses)), np.array(losses))}
    return range_test_chart(curves, **{"start": 2.0, "title": "Range test", **settings})


def test_losses_far_above_or_not_finite_are_triangles_at_the_top_and_do_not_stretch_the_axis():
    chart = _range_test([2.0, 1.0, 50.0, np.nan, np.inf])
    y = chart.to_dict()["layer"][2]["encoding"]["y"]["scale"]["domain"]
    drawn = [row for row in rows(chart) if "note" in row]
    assert y == pytest.approx([0.92, 2.5])
    assert [row["note"] for row in drawn] == [None, None, "above", "above", "above"]
    assert [row["value"] for row in drawn] == ["2", "1", "50", "not finite", "not finite"]
    assert [row["line"] for row in drawn] == [2.0, 1.0, 2.5, None, None]


def test_noise_around_the_start_stays_flat():
    chart = _range_test([2.0, 1.999, 2.001])
    low, high = chart.to_dict()["layer"][2]["encoding"]["y"]["scale"]["domain"]
    assert high - low > 0.2


@pytest.mark.parametrize("losses", [[], [np.nan], [np.inf] * 8, [0.0, 0.0], [-1.0, -2.0, 5.0]])
@pytest.mark.parametrize("start", [2.0, 0.0, np.nan])
def test_a_range_test_of_any_losses_can_be_drawn(losses, start):
    chart = _range_test(losses, start=start, suggestion=0.1, band=(0.01, 0.3))
    assert "<svg" in vl_convert.vegalite_to_svg(chart.to_dict())


def test_flags_point_away_from_the_suggestion_and_do_not_cover_each_other():
    marks = {"valley": 0.01, "minimum": 0.2, "steep": 0.3, "none": np.nan}
    chart = _range_test([2.0, 1.0, 3.0], suggestion=0.1, marks=marks)
    flags = {
        data[0]["label"].split()[0]: layer
        for layer in chart.to_dict()["layer"]
        for data in [chart.to_dict()["datasets"][layer["data"]["name"]]]
        if layer["mark"]["type"] == "text" and data[0]["label"].split()[0] in marks
    }
    places = {
        name: (each["mark"]["align"], each["encoding"]["y"]["value"])
        for name, each in flags.items()
    }
    assert places == {"valley": ("right", 10), "minimum": ("left", 10), "steep": ("left", 25)}


def test_a_long_sweep_marks_only_where_it_leaves_the_picture():
    chart = _range_test([*np.linspace(2, 1, 60), *[9.0] * 30, 1.0, *[np.nan] * 9])
    drawn = [row for row in rows(chart) if "note" in row]
    assert [i for i, row in enumerate(drawn) if row["note"]] == [60, 91]
    assert not any(row["point"] for row in drawn)


@pytest.mark.parametrize("name", NASTY_NAMES)
def test_a_title_of_any_text_can_be_drawn(name):
    curves = {name: (np.array([0.1, 1.0]), np.array([1.0, 2.0]))}
    chart = range_test_chart(curves, start=2.0, title=name * 9, notes=[name], marks={name: 0.3})
    picture = ET.fromstring(vl_convert.vegalite_to_svg(chart.to_dict()))
    assert not list(picture.iter("{http://www.w3.org/2000/svg}script"))

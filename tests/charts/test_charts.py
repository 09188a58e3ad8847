import json
import xml.etree.ElementTree as ET

import numpy as np
import pytest
import vl_convert
from charts.drawing import NASTY_NAMES, ink, png_size

from paceline.charts import (
    colors,
    final_chart,
    loss_chart,
    range_test_chart,
    rate_chart,
    save_chart,
    stack,
)

STEPS = [10, 20, 30, 40]


def _rates(names=("a", "b")):
    return {name: np.linspace(0.1, 0.01 * i, 40) for i, name in enumerate(names)}


def _losses(names=("a", "b"), seeds=3):
    noise = np.random.default_rng(0)
    return {name: np.geomspace(2, 0.1, 4) * noise.uniform(0.9, 1.1, (seeds, 4)) for name in names}


def _finals(names=("a", "b")):
    return {
        name: {seed: 0.9 + 0.01 * seed + 0.001 * i for seed in range(3)}
        for i, name in enumerate(names)
    }


def _all(names):
    return {
        "rates": rate_chart(_rates(names)),
        "losses": loss_chart(_losses(names), steps=STEPS),
        "final": final_chart(_finals(names), metric="accuracy", higher_is_better=True),
    }


def _values(chart):
    return [row for rows in chart.to_dict()["datasets"].values() for row in rows]


@pytest.mark.parametrize("kind", ["rates", "losses", "final"])
def test_a_chart_becomes_a_picture_with_something_on_it(kind, tmp_path):
    data = save_chart(_all(("a", "b"))[kind], tmp_path / "new" / f"{kind}.png").read_bytes()
    width, height = png_size(data)
    assert 1_300 < width < 2_000
    assert 200 < height < 1_200
    assert ink(data) > 50


@pytest.mark.parametrize("kind", ["rates", "losses", "final"])
def test_any_name_can_be_drawn(kind):
    spec = _all(NASTY_NAMES)[kind].to_dict()
    json.dumps(spec, allow_nan=False)
    picture = ET.fromstring(vl_convert.vegalite_to_svg(spec))
    assert not list(picture.iter("{http://www.w3.org/2000/svg}script"))


def test_names_that_differ_only_in_the_middle_stay_apart():
    spec = rate_chart(_rates(NASTY_NAMES)).to_dict()
    shown = {row["variant"] for rows in spec["datasets"].values() for row in rows if "rate" in row}
    assert len(shown) == len(NASTY_NAMES)
    assert all(len(name) <= 36 for name in shown)


@pytest.mark.parametrize("kind", ["rates", "losses", "final"])
def test_fifty_variants_can_be_drawn(kind, tmp_path):
    names = [f"schedule {i}" for i in range(50)]
    assert ink(save_chart(_all(names)[kind], tmp_path / "many.png").read_bytes()) > 50


def test_a_variant_has_one_colour_in_every_chart():
    order = ["a", "b", "c"]
    for chart in (
        rate_chart(_rates(["b"]), order=order),
        loss_chart(_losses(["c"]), steps=STEPS, order=order),
        final_chart(_finals(["c", "a"]), metric="accuracy", order=order),
    ):
        scale = chart.to_dict()["layer"][0]["encoding"]["color"]["scale"]
        assert dict(zip(scale["domain"], scale["range"], strict=True)) == colors(order)


def test_a_diverged_trial_does_not_stretch_the_axis():
    wild = {"a": np.array([[3.0, 1e12, np.nan, np.nan]]), "b": np.array([[1.0, 1.5, 2.5, 1e6]])}
    spec = loss_chart(_losses(), steps=STEPS, diverged=wild).to_dict()
    low, high = spec["layer"][0]["encoding"]["y"]["scale"]["domain"]
    assert 0 < low < 0.1
    assert high < 3
    rows = [row for rows in spec["datasets"].values() for row in rows if row.get("note")]
    assert [row["variant"] for row in rows] == ["a", "b"]
    assert all(low <= row["mean"] <= 1.0001 * high for row in rows)


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
    rows = [row for row in _values(chart) if "low" in row]
    assert [(row["low"], row["mean"], row["high"]) for row in rows] == [(1, 2, 3), (4, 4, 4)]


@pytest.mark.parametrize(("higher_is_better", "edge"), [(True, 0), (False, 1)])
def test_a_diverged_seed_is_a_cross_at_the_worse_edge(higher_is_better, edge):
    chart = final_chart(
        {"a": {0: 0.5, 1: 0.6}, "b": {0: float("nan"), 1: float("inf")}},
        metric="accuracy",
        higher_is_better=higher_is_better,
    )
    limits = chart.to_dict()["layer"][0]["encoding"]["x"]["scale"]["domain"]
    crosses = [row for row in _values(chart) if row.get("note")]
    assert [row["value"] for row in crosses] == pytest.approx([limits[edge]] * 2)
    means = [row for row in _values(chart) if "count" in row]
    assert [(row["variant"], row["count"]) for row in means] == [("a", 2)]


@pytest.mark.parametrize("values", [{}, {"a": {}}, {"a": {0: float("nan")}}, {"a": {0: 1.0}}])
def test_a_final_metric_of_one_seed_or_none_can_be_drawn(values):
    spec = final_chart(values, metric="accuracy").to_dict()
    assert "<svg" in vl_convert.vegalite_to_svg(spec)


def test_stacked_charts_share_one_selection(tmp_path):
    drawn = _all(("a", "b"))
    whole = stack([drawn["rates"]], [drawn["losses"], drawn["losses"]], [drawn["final"]])
    assert sorted(param["name"] for param in whole.to_dict()["params"]) == ["near", "picked"]
    assert png_size(save_chart(whole, tmp_path / "all.png").read_bytes())[1] > 1_500


def test_a_chart_saves_as_svg_and_as_a_page(tmp_path):
    chart = rate_chart(_rates())
    assert save_chart(chart, tmp_path / "a.svg").read_text().startswith("<svg")
    page = save_chart(chart, tmp_path / "a.html").read_text()
    assert "<html" in page
    assert "<script src" not in page


@pytest.mark.parametrize("name", ["chart.gif", "chart", "chart.PNG.bak"])
def test_another_ending_is_refused_and_nothing_is_written(name, tmp_path):
    with pytest.raises(ValueError, match=r"as \.png, \.svg or \.html; got 'chart"):
        save_chart(rate_chart(_rates()), tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_a_picture_has_a_white_background_and_a_chart_has_none(tmp_path):
    chart = rate_chart(_rates())
    save_chart(chart, tmp_path / "a.png")
    assert chart.to_dict()["config"]["background"] == "transparent"


def _range_test(losses, **settings):
    curves = {"10 updates": (np.logspace(-6, 1, len(losses)), np.array(losses))}
    return range_test_chart(curves, **{"start": 2.0, "title": "Range test", **settings})


def test_losses_far_above_or_not_finite_are_triangles_at_the_top_and_do_not_stretch_the_axis():
    chart = _range_test([2.0, 1.0, 50.0, np.nan, np.inf])
    y = chart.to_dict()["layer"][2]["encoding"]["y"]["scale"]["domain"]
    rows = [row for row in _values(chart) if "note" in row]
    assert y == pytest.approx([0.92, 2.5])
    assert [row["note"] for row in rows] == [None, None, "above", "above", "above"]
    assert [row["value"] for row in rows] == ["2", "1", "50", "not finite", "not finite"]
    assert [row["line"] for row in rows] == [2.0, 1.0, 2.5, None, None]


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
        rows[0]["label"].split()[0]: layer
        for layer in chart.to_dict()["layer"]
        for rows in [chart.to_dict()["datasets"][layer["data"]["name"]]]
        if layer["mark"]["type"] == "text" and rows[0]["label"].split()[0] in marks
    }
    places = {
        name: (each["mark"]["align"], each["encoding"]["y"]["value"])
        for name, each in flags.items()
    }
    assert places == {"valley": ("right", 10), "minimum": ("left", 10), "steep": ("left", 25)}


def test_a_long_sweep_marks_only_where_it_leaves_the_picture():
    chart = _range_test([*np.linspace(2, 1, 60), *[9.0] * 30, 1.0, *[np.nan] * 9])
    rows = [row for row in _values(chart) if "note" in row]
    assert [i for i, row in enumerate(rows) if row["note"]] == [60, 91]
    assert not any(row["point"] for row in rows)


@pytest.mark.parametrize("name", NASTY_NAMES)
def test_a_title_of_any_text_can_be_drawn(name):
    curves = {name: (np.array([0.1, 1.0]), np.array([1.0, 2.0]))}
    chart = range_test_chart(curves, start=2.0, title=name * 9, notes=[name], marks={name: 0.3})
    picture = ET.fromstring(vl_convert.vegalite_to_svg(chart.to_dict()))
    assert not list(picture.iter("{http://www.w3.org/2000/svg}script"))

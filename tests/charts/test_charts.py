import json
import xml.etree.ElementTree as ET

import numpy as np
import pytest
import vl_convert
from charts.drawing import NASTY_NAMES, ink, marks, png_size, texts

from paceline.charts import (
    Dot,
    beats_chart,
    colors,
    final_chart,
    forest_chart,
    gap_chart,
    loss_chart,
    over,
    profile_chart,
    rate_chart,
    rate_strip,
    rung_chart,
    save_chart,
    search_chart,
    stack,
    survival_chart,
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


def _beats(names):
    better = np.linspace(0.9, 0.1, len(names))
    matrix = 0.5 + (better[:, None] - better[None, :]) / 2
    np.fill_diagonal(matrix, np.nan)
    return matrix


def _dots(names):
    return [
        Dot(variant=name, x=0.1 * (1 + i), y=0.5 + 0.01 * i, text=name)
        for i, name in enumerate(names)
    ]


_CURVE = ([10, 20], [0.5, 0.25])
MAKERS = {
    "rates": lambda names, **how: rate_chart(_rates(names), **how),
    "strip": lambda names, **how: rate_strip(_rates(names), **how),
    "losses": lambda names, **how: loss_chart(_losses(names), steps=STEPS, **how),
    "final": lambda names, **how: final_chart(
        _finals(names), metric="accuracy", higher_is_better=True, **how
    ),
    "forest": lambda names, **how: forest_chart(
        {name: (0.1 * i, 0.1 * i - 0.1, 0.1 * i + 0.1) for i, name in enumerate(names[1:])},
        verdicts=dict.fromkeys(names, "no evidence"),
        metric="accuracy",
        margin=0.05,
        **how,
    ),
    "gap": lambda names, **how: gap_chart(_finals(names), notes={names[0]: "overfits"}, **how),
    "survival": lambda names, **how: survival_chart(
        dict.fromkeys(names, _CURVE), horizon=40, target="loss ≤ 0.1", **how
    ),
    "profile": lambda names, **how: profile_chart(
        [1, 2, 4], dict.fromkeys(names, (0, 0.5, 1)), **how
    ),
    "search": lambda names, **how: search_chart(_dots(names), metric="loss", title="", **how),
    "rung": lambda names, **how: rung_chart(_dots(names), short="49", long="147", title="", **how),
    "beats": lambda names, **how: beats_chart(_beats(names), names, metric="loss", **how),
}


@pytest.mark.parametrize("kind", MAKERS)
def test_a_chart_becomes_a_picture_with_something_on_it(kind, tmp_path):
    data = save_chart(MAKERS[kind](("a", "b")), tmp_path / "new" / f"{kind}.png").read_bytes()
    width, height = png_size(data)
    assert 1_300 < width < 2_000
    assert 200 < height < 1_200
    assert ink(data) > 50


@pytest.mark.parametrize("kind", MAKERS)
def test_any_name_can_be_drawn(kind):
    spec = MAKERS[kind](NASTY_NAMES).to_dict()
    json.dumps(spec, allow_nan=False)
    picture = ET.fromstring(vl_convert.vegalite_to_svg(spec))
    assert not list(picture.iter("{http://www.w3.org/2000/svg}script"))


@pytest.mark.parametrize("kind", MAKERS)
def test_of_fifty_variants_those_shown_are_drawn_and_named_and_others_can_be_chosen(kind):
    names = [f"schedule {i}" for i in range(50)]
    chart = MAKERS[kind](names, shown=names[7:4:-1])
    for shown, found in (
        (names[7:4:-1], texts(chart)),
        (["schedule 49"], texts(chart, shown=["schedule 49"])),
    ):
        named = [text[text.index("schedule") :] for text in found if "schedule " in text]
        assert named == shown


@pytest.mark.parametrize("kind", MAKERS)
def test_of_fifty_variants_all_stay_in_the_picture_when_nothing_is_said(kind, tmp_path):
    names = [f"schedule {i}" for i in range(50)]
    assert ink(save_chart(MAKERS[kind](names), tmp_path / "many.png").read_bytes()) > 50


@pytest.mark.parametrize("kind", [kind for kind in MAKERS if kind != "beats"])
def test_a_variant_has_the_same_colour_whatever_is_shown(kind):
    order = [f"schedule {i}" for i in range(12)]
    chart = MAKERS[kind](order, order=order, shown=order)
    used = {
        node.get("stroke" if "line" in role else "fill")
        for role in ("line mark", "circle")
        for node in marks(chart, role, shown=["schedule 3"])
    }
    assert colors(order)["schedule 3"] in used
    assert not used & (set(colors(order).values()) - {colors(order)["schedule 3"], "#8c8c8c"})


def test_names_that_differ_only_in_the_middle_stay_apart():
    spec = rate_chart(_rates(NASTY_NAMES)).to_dict()
    shown = {row["variant"] for rows in spec["datasets"].values() for row in rows if "rate" in row}
    assert len(shown) == len(NASTY_NAMES)
    assert all(len(name) <= 36 for name in shown)


def test_charts_over_a_strip_zoom_together_and_share_its_axis():
    whole = over([loss_chart(_losses(), steps=STEPS)], rate_strip(_rates()))
    (zoom,) = [param for param in whole.to_dict()["params"] if param["name"] == "zoom"]
    assert len(zoom["views"]) == 2
    assert "event.ctrlKey" in zoom["select"]["zoom"]
    assert (
        texts(over([loss_chart(_losses(), steps=STEPS)], rate_strip(_rates()))).count("updates")
        == 1
    )


def test_stacked_charts_share_one_selection(tmp_path):
    drawn = {kind: MAKERS[kind](("a", "b")) for kind in ("rates", "losses", "final")}
    whole = stack([drawn["rates"]], [drawn["losses"], drawn["losses"]], [drawn["final"]])
    assert sorted(param["name"] for param in whole.to_dict()["params"]) == [
        "near", "picked", "rate_axis", "seed", "shown", "zoom",
    ]  # fmt: skip
    assert png_size(save_chart(whole, tmp_path / "all.png").read_bytes())[1] > 1_500


def test_a_chart_saves_as_svg_and_as_a_page(tmp_path):
    chart = rate_chart(_rates())
    drawn = save_chart(chart, tmp_path / "a.svg").read_text()
    assert drawn.startswith("<svg")
    assert "system-ui" not in drawn, "it may be wider than what was measured here"
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

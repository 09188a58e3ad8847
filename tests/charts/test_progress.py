from charts.drawing import marks, rows, texts

from paceline.charts import Improvement, Stage, progress_chart

STAGES = [
    Stage(name="range test", begin=0, end=0.2),
    Stage(name="exploring", begin=0.2, end=10),
    Stage(name="confirmed", begin=10, end=30),
]


def _steps(*values):
    return [Improvement(spent=1 + i, value=each, text="a()") for i, each in enumerate(values)]


def _chart(lines, **how):
    ends = dict.fromkeys(lines, 9.0)
    given = {"ends": ends, "stages": STAGES, "limit": 31, "metric": "loss", "unit": "full runs"}
    return progress_chart(lines, **(given | how))


def test_every_horizon_has_a_line_of_its_own_with_its_name_and_a_dot_an_improvement():
    chart = _chart({"after 40": _steps(0.9, 0.8), "after 360": _steps(0.4, 0.3, 0.2)})
    assert len(marks(chart, "line mark")) == 2
    assert len(marks(chart, "circle")) == 5
    assert {"after 40", "after 360"} <= set(texts(chart))


def test_a_line_goes_on_to_where_its_horizon_was_last_tried():
    (end,) = [
        row
        for row in rows(_chart({"after 40": _steps(0.9, 0.8)}))
        if row.get("spent") == 9.0 and "text" not in row and row["line"] == "after 40"
    ][:1]
    assert end["value"] == 0.8


def test_every_stage_is_shaded_and_named_where_its_name_fits():
    chart = _chart({})
    assert len(marks(chart, "rect mark")) == 3
    seen = {mark.get("aria-label"): mark.get("opacity") for mark in marks(chart, "text mark")}
    shown = {label.split("stage: ")[1].split(";")[0]: each for label, each in seen.items()}
    assert shown == {"range test": "0", "exploring": "1", "confirmed": "1"}


def test_a_horizon_on_which_nothing_ended_well_has_no_line():
    chart = _chart({"after 40": [], "after 360": _steps(0.4)})
    assert len(marks(chart, "line mark")) == 1
    assert "after 40" not in texts(chart)

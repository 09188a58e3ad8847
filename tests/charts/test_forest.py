import math

import pytest
from charts.drawing import marks, texts

from paceline.charts import forest_chart

NAN = math.nan


def _chart(differences, **how):
    verdicts = {**dict.fromkeys(differences, "no evidence"), "base": "baseline"}
    return forest_chart(differences, **{"verdicts": verdicts, "metric": "accuracy", **how})


def test_every_interval_is_a_line_with_a_dot_and_its_verdict_in_words():
    chart = _chart({"a": (0.1, 0.0, 0.2), "b": (0.3, 0.2, 0.4)}, margin=0.05)
    assert len(marks(chart, "circle")) == 2
    assert [text for text in texts(chart) if text in ("no evidence", "baseline")] == [
        "no evidence", "no evidence", "baseline",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("higher_is_better", "words"),
    [(True, ["← worse", "better →"]), (False, ["← better", "worse →"])],
)
def test_it_says_which_side_is_better(higher_is_better, words):
    found = texts(_chart({"a": (0.1, 0.0, 0.2)}, higher_is_better=higher_is_better))
    assert [text for text in found if "←" in text or "→" in text] == words


def test_without_an_interval_the_dot_is_hollow_and_the_chart_says_why():
    chart = _chart({"a": (0.1, NAN, NAN), "gone": (NAN, NAN, NAN)})
    assert not marks(chart, "circle")
    assert any(text.startswith("hollow: no interval") for text in texts(chart))
    assert {"a", "gone"} <= set(texts(chart))


def test_the_margin_is_shaded_around_zero_and_none_is_not():
    (band,) = marks(_chart({"a": (0.1, 0.0, 0.2)}, margin=0.05), "rect mark")
    assert band.get("d").startswith("M")
    assert not marks(_chart({"a": (0.1, 0.0, 0.2)}), "rect mark")


def test_a_baseline_alone_can_be_drawn():
    assert "baseline" in texts(_chart({}))

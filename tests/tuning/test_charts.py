import dataclasses
import itertools
import math

import pytest
from charts.drawing import marks, rows, texts
from tuning.made import HORIZON, made_trial, tuned

from paceline.charts import colors
from paceline.tuning import Rung
from paceline.tuning._charts import color_order

RESULTS = {
    "usual": tuned,
    "loss": lambda: tuned(metric="loss"),
    "one family": lambda: tuned(families=("linear",)),
    "not confirmed": lambda: tuned(finalists=0),
    "widened": lambda: tuned(edge="high"),
    "peaks given": lambda: tuned(spent={"explore": 900, "confirm": 400}),
    "one horizon": lambda: tuned(trials=40, horizons=(HORIZON,)),
    "all diverged but one": lambda: _all_diverged_but_one(),
}


def _all_diverged_but_one():
    result = tuned(trials=30)
    lost = [
        dataclasses.replace(
            trial, result=dataclasses.replace(trial.result, status="diverged", value=math.inf)
        )
        for trial in result.trials[:-1]
    ]
    unknown = tuple(dataclasses.replace(rung, correlation=math.nan) for rung in result.rungs)
    return dataclasses.replace(result, trials=(*lost, result.trials[-1]), rungs=unknown)


@pytest.fixture(scope="module")
def usual():
    return tuned()


@pytest.mark.parametrize("which", RESULTS)
def test_every_result_has_its_charts_and_one_of_all(which):
    result = RESULTS[which]()
    drawn = result.charts()
    rungs = [f"rung-{place + 1}" for place in range(len(result.rungs))]
    assert list(drawn) == ["schedule", "search", "progress", *rungs, "budget"]
    for chart in drawn.values():
        assert texts(chart)
    assert "Where the budget went" in texts(result.chart())


def test_every_trial_is_a_dot_in_the_panel_of_its_horizon(usual):
    panels = usual.charts()["search"].vconcat
    horizons = sorted({trial.horizon for trial in usual.trials}, reverse=True)
    assert [panel.title.text for panel in panels] == [
        "After 360 updates, the whole horizon", "After 120 updates", "After 40 updates",
    ]  # fmt: skip
    for panel, horizon in zip(panels, horizons, strict=True):
        dots = [row for row in _rows(panel) if "status" in row]
        own = [trial for trial in usual.trials if trial.horizon == horizon]
        rung = [trial for trial in own if trial.expression == repr(usual.best.recipe)]
        assert len(dots) == len(own) + len(rung)


def test_the_chosen_one_has_a_ring_on_every_horizon_that_it_was_tried_on():
    result = tuned(finalists=0)
    tried = [trial for trial in result.trials if trial.expression == repr(result.best.recipe)]
    rings = [mark for mark in marks(result.charts()["search"], "point") if mark.get("stroke")]
    rings = [mark for mark in rings if mark.get("stroke") == "#737373"]
    assert len({trial.horizon for trial in tried}) == 3
    assert len(rings) == len(tried)


def test_of_ten_thousand_trials_few_are_drawn_and_the_best_of_them():
    result = tuned(trials=10_000)
    panels = result.charts()["search"].vconcat
    for panel in panels:
        dots = [row for row in _rows(panel) if "status" in row]
        assert 150 < len(dots) <= 510
    best = max(result.shown_value(trial) for trial in result.trials if trial.ended_well)
    assert max(row["y"] for row in _rows(panels[0]) if "status" in row) == pytest.approx(best, 1e-5)
    assert "of 13,131" in " ".join(texts(result.charts()["search"]))


def test_a_widened_interval_is_shaded_where_it_was_searched_at_first(usual):
    widened = tuned(edge="high")
    assert "shaded: 0.02 to 2, searched at first" in " ".join(texts(widened.charts()["search"]))
    assert len(marks(widened.charts()["search"], "rect mark")) == 3
    assert not marks(usual.charts()["search"], "rect mark")


def test_the_line_of_the_peak_says_where_it_comes_from(usual):
    assert "range test: 0.2" in texts(usual.charts()["search"])
    given = tuned(spent={"explore": 900, "confirm": 400})
    assert "the middle: 0.2" in texts(given.charts()["search"])


def test_the_stages_of_the_progress_take_all_that_was_spent(usual):
    stages = [row for row in rows(usual.charts()["progress"]) if "stage" in row]
    assert [row["stage"] for row in stages] == [
        "range test", "exploring", "promoted", "more seeds", "confirmed",
    ]  # fmt: skip
    assert stages[-1]["end"] == pytest.approx(usual.runs, 1e-5)
    assert all(one["end"] == two["spent"] for one, two in itertools.pairwise(stages))


def test_the_best_so_far_only_gets_better_and_is_of_one_seed(usual):
    first = usual.trials[0].seed
    for horizon in (40, 120, 360):
        steps = list(
            dict.fromkeys(  # a row is a corner of the line, and a dot
                row["value"]
                for row in rows(usual.charts()["progress"])
                if row.get("line") == f"after {horizon} updates" and "text" in row
            )
        )
        own = [
            usual.shown_value(trial)
            for trial in usual.trials
            if trial.horizon == horizon and trial.seed == first and trial.ended_well
        ]
        assert steps == sorted(steps)
        assert steps[-1] == pytest.approx(max(own), 1e-5)


def test_a_rung_says_whether_it_is_trusted_and_why_not(usual):
    drawn = usual.charts()
    assert "rank correlation 0.71 over 50 schedules: trusted" in texts(drawn["rung-1"])
    assert any("below 0.5: not trusted" in text for text in texts(drawn["rung-2"]))
    few = Rung(horizon=40, longer=120, correlation=math.nan, trials=3)
    found = texts(tuned(rungs=(few,)).charts()["rung-1"])
    assert "3 schedules on both: too few for a rank correlation" in found


def test_the_budget_is_all_of_the_limit(usual):
    parts = {row["name"]: row for row in rows(usual.charts()["budget"])}
    assert list(parts)[-2:] == ["confirmed", "left"]
    assert parts["left"]["end"] == pytest.approx(usual.limit / HORIZON, 1e-5)


@pytest.mark.parametrize("finalists", [1, 3])
def test_a_family_has_the_colour_of_its_variant_in_the_confirmation(finalists):
    result = tuned(finalists=finalists)
    order = color_order(result)
    variants = list(result.confirmation.schedules)
    linear = "linear to zero" if "linear" in variants else "linear"
    assert [variants[0], order[0]] == ["linear to zero", linear]
    for name in variants[1:]:
        assert colors(order)[name] == colors(variants)[name]
    assert {*order, "linear"} == {*result.families, linear, "linear"}


def test_a_linear_finalist_has_another_colour_than_the_linear_decay_to_zero():
    result = tuned(families=("linear",))
    assert color_order(result) == ["linear to zero", "linear"]


def test_what_failed_is_a_cross_with_its_status():
    result = tuned(trials=30)
    failed = made_trial(result.trials[0].point, HORIZON, "promote", "accuracy", status="failed",
                        value=math.inf, error="it broke")  # fmt: skip
    result = dataclasses.replace(result, trials=(*result.trials, failed))
    panel = result.charts()["search"].vconcat[0]
    assert "failed" in {row.get("status") for row in _rows(panel)}


def _rows(panel):
    return [row for layer in panel.layer for row in layer.data.values]

import dataclasses
import json

import numpy as np
import pytest
from charts.drawing import marks, texts
from forecast.forecasts import forecasts, law
from forecast.laws import HORIZON, WARMUP, curve, losses_of, schedules

from paceline import constant, cosine, wsd
from paceline.forecast import Curve, Forecasts
from paceline.schedules import Tabulated, parse_schedule

LONG = 2 * HORIZON


@pytest.fixture(scope="module")
def three():
    """The lowest last, so that order and rank differ."""
    asked = {
        "constant": constant(peak=0.1, steps=LONG, warmup=WARMUP),
        "cosine": cosine(peak=0.1, steps=LONG, warmup=WARMUP),
        "wsd": wsd(peak=0.1, steps=LONG, warmup=WARMUP, decay=0.3),
    }
    return Forecasts(
        law=law(), forecasts={name: law().predict(each) for name, each in asked.items()}
    )


def test_the_law_says_at_a_curves_points_what_it_forecasts_for_its_schedule():
    for name in ("constant", "wsd", "cosine"):
        held = curve(name, every=60)
        said = law().predict_curve(held)
        forecast = law().predict(schedules()[name], at=held.steps)
        np.testing.assert_allclose(said, forecast.losses, rtol=1e-9)
        np.testing.assert_allclose(said, held.losses, rtol=0.01)


def test_where_no_rate_was_above_zero_yet_the_law_says_nothing():
    rates = np.append(np.zeros(50), np.full(931, 0.1))
    steps = np.arange(20, 1000, 20)
    held = Curve(losses=np.full(len(steps), 3.0), steps=steps, rates=rates)
    said = law().predict_curve(held)
    np.testing.assert_array_equal(np.isnan(said), steps < 50)


def test_the_first_sentence_says_which_ends_lowest_and_by_how_much(three):
    best, second, third = three.ranked
    assert (best, third) == ("wsd", "constant")
    lowest, next_one = three.forecasts[best], three.forecasts[second]
    first = three.sentences[0]
    assert first == (
        f"wsd is forecast to end at {lowest.final:.3f} (90 % interval {lowest.low[-1]:.3f} to "
        f"{lowest.high[-1]:.3f}) after 6,000 updates, "
        f"{round(next_one.final, 3) - round(lowest.final, 3):.3f} lower than cosine, the next."
    )
    assert three.verdict.startswith(first)


def test_a_single_forecast_is_compared_with_none(three):
    alone = Forecasts(law=law(), forecasts={"wsd": three.forecasts["wsd"]})
    assert alone.sentences[0].endswith("after 6,000 updates.")
    assert alone.rows[0].beyond == ""


def test_equal_forecasts_are_said_to_be_equal_and_other_horizons_are_named(three):
    told = three.forecasts["wsd"]
    twice = Forecasts(law=law(), forecasts={"a": told, "b": told})
    assert twice.sentences[0].endswith("after 6,000 updates, as low as b.")
    short = law().predict(schedules()["wsd"])
    both = Forecasts(law=law(), forecasts={"short": short, "long": told})
    assert both.sentences[0].endswith("lower than short after 3,000.")


def test_numbers_of_one_table_have_the_same_decimals(three):
    cells = [text for row in three.rows for text in (row.final, row.beyond) if text]
    assert {len(text.partition(".")[2]) for text in cells} == {3}


def test_a_warning_names_the_schedules_that_it_is_about_unless_it_is_about_all():
    asked = {
        "same peak": wsd(peak=0.1, steps=HORIZON, warmup=WARMUP),
        "other peak": wsd(peak=0.3, steps=HORIZON, warmup=WARMUP),
    }
    told = {name: law().predict(each) for name, each in asked.items()}
    (warning,) = Forecasts(law=law(), forecasts=told).warnings
    assert warning.startswith("other peak: The peak 0.3 is none of the fitted ones")
    alone = Forecasts(law=law(), forecasts={"other peak": told["other peak"]})
    assert alone.warnings[0].startswith("The peak 0.3")
    assert alone.verdict.endswith("Mind the warning.")


@pytest.mark.parametrize("name", ["wsd", "cosine"])
def test_the_lines_of_python_make_the_schedule(name):
    found = forecasts()
    made = {}
    exec(found.code(name), made)
    np.testing.assert_array_equal(
        np.asarray(made["rate"](np.arange(LONG))), found.forecasts[name].rates
    )


def test_a_schedule_of_many_numbers_has_no_lines():
    table = Tabulated(rates=tuple(np.linspace(0.1, 0.0, 2000).tolist()))
    found = Forecasts(law=law(), forecasts={"table": law().predict(table)})
    assert found.code("table") == ""


def test_as_numbers_it_is_json_with_expressions_that_can_be_read_again():
    found = json.loads(json.dumps(forecasts().to_dict(), allow_nan=False))
    assert found["ranked"] == forecasts().ranked
    assert found["forecasts"]["wsd"]["final"] == forecasts().forecasts["wsd"].final
    assert parse_schedule(found["forecasts"]["cosine"]["expression"]).length == LONG
    assert set(found["curves"]) == {"constant", "wsd"}
    assert found["curves"]["wsd"]["left_out"] == law().left_out["wsd"]


def test_a_curve_and_a_forecast_of_one_name_are_two():
    named = texts(forecasts().chart())
    assert {"wsd", "wsd (logged)", "cosine", "constant"} <= set(named)


def test_a_log_of_every_update_is_drawn_as_means():
    steps = np.arange(WARMUP, HORIZON)
    rates = np.asarray(schedules()["wsd"](np.arange(HORIZON)))
    noisy = losses_of(rates, steps[::3], noise=0.2)
    every = Curve(losses=noisy, steps=steps[::3], rates=rates[: steps[::3][-1] + 1], name="every")
    drawn = dataclasses.replace(law(), curves=(every,)).chart()
    assert len(marks(drawn, "circle")) == 250


def test_law_and_forecast_have_a_chart_of_their_own():
    assert {"constant", "wsd"} <= set(texts(law().chart()))
    told = forecasts().forecasts["wsd"]
    assert f"{told.final:.3f}" in texts(told.chart())
    assert f"{told.final:.3f}" in texts(forecasts().charts()["forecast"])


def test_a_chart_of_a_truth_that_obeys_the_law_has_it_in_the_band():
    told = forecasts().forecasts["cosine"]
    truth = losses_of(told.rates, told.steps)
    inside = (told.low <= truth) & (truth <= told.high)
    assert inside[len(inside) // 4 :].mean() > 0.8


@pytest.mark.parametrize(
    ("changed", "error", "words"),
    [
        ({"law": "power_noise"}, TypeError, "needs law, a fitted one; got 'power_noise'"),
        ({"forecasts": {}}, ValueError, "a forecast or more; got none"),
        ({"forecasts": {"a": 3}}, TypeError, "by name what law.predict returned; got {'a': 3}"),
        ({"forecasts": [3]}, TypeError, r"by name what law.predict returned; got \[3\]"),
    ],
)
def test_what_is_none_is_refused(changed, error, words):
    with pytest.raises(error, match=words):
        Forecasts(**({"law": law(), "forecasts": forecasts().forecasts} | changed))

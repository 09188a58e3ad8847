import dataclasses

import numpy as np
import pytest
from forecast.laws import HORIZON, curve, schedules

from paceline import wsd
from paceline.forecast import Curve, fit


@pytest.fixture(scope="module")
def law():
    return fit([curve("constant"), curve("wsd")])


def said(warnings, *parts):
    return any(all(part in each for part in parts) for each in warnings)


def test_curves_without_a_stretch_and_a_drop_say_that_decay_is_not_known():
    for names in (["constant"], ["cosine"], ["constant", "cosine"]):
        law = fit([curve(name) for name in names])
        assert said(law.warnings, "a stretch at one rate and a drop after it"), names


def test_curves_with_both_do_not(law):
    assert law.warnings == ()


def test_a_single_curve_is_told():
    assert said(fit(curve("wsd")).warnings, "There is one curve", "Add a run")


def test_another_peak_is_told(law):
    forecast = law.predict(wsd(peak=0.2, steps=HORIZON))
    assert said(forecast.warnings, "The peak 0.2 is none of the fitted ones (0.1)")
    assert law.predict(schedules()["wsd"]).warnings == ()


def test_a_far_horizon_is_told(law):
    assert not law.predict(wsd(peak=0.1, steps=4 * HORIZON)).warnings
    forecast = law.predict(wsd(peak=0.1, steps=5 * HORIZON))
    assert said(forecast.warnings, "15,000 updates are 5.0 times the longest curve")


def test_a_loss_that_rises_is_told():
    good = curve("wsd")
    rise = np.where(good.steps > 2000, (good.steps - 2000) / 1000, 0.0)
    over = dataclasses.replace(good, losses=good.losses * (1 + 0.3 * rise), name="over")
    assert said(fit(over).warnings, "The loss rises towards the end of over", "overfits")


def test_a_noisy_loss_does_not_rise():
    assert not said(fit(curve("constant", noise=0.2)).warnings, "rises")


def test_a_curve_apart_from_the_others_is_told():
    shifted = curve("cosine", scale=1.15)
    law = fit([curve("constant"), curve("wsd"), shifted])
    assert said(law.warnings, "cosine lies", "above the law")


def test_what_the_log_said_is_told_with_the_curves_name():
    noted = dataclasses.replace(curve("wsd"), notes=("Two rows were dropped.",))
    assert "wsd: Two rows were dropped." in fit(noted).warnings


def test_few_points_are_told():
    rates = np.full(60, 0.1)
    few = Curve(losses=np.linspace(3, 2, 6), steps=np.arange(9, 60, 10), rates=rates)
    assert said(fit(few).warnings, "6 losses together")

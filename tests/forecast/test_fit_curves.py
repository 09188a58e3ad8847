import dataclasses

import numpy as np
import pytest
from forecast.laws import HORIZON, WARMUP, curve, losses_of, schedules

from paceline import cosine, one_cycle, wsd
from paceline.forecast import Curve, FittedLaw, fit
from paceline.schedules import Constant

NAMES = ("constant", "cosine", "wsd")


@pytest.fixture(scope="module")
def law():
    return fit([curve(name) for name in NAMES])


@pytest.fixture(scope="module")
def noisy():
    return fit([curve(name, noise=0.01, seed=seed) for seed, name in enumerate(NAMES)])


def test_a_law_is_found_again_from_curves_that_obey_it(law):
    assert law.law == "power_noise"
    assert max(law.misses.values()) < 1e-3
    assert law.parameters["L0"] == pytest.approx(2.0, rel=0.03)
    assert law.parameters["alpha"] == pytest.approx(0.5, rel=0.1)
    assert law.parameters["rho"] == pytest.approx(1.8, rel=0.1)
    assert law.warnings == ()


@pytest.mark.parametrize("schedule", [
    wsd(peak=0.1, steps=3 * HORIZON, warmup=WARMUP, decay=0.1),
    cosine(peak=0.1, steps=2 * HORIZON, warmup=WARMUP),
    one_cycle(peak=0.1, steps=HORIZON),
])  # fmt: skip
def test_it_forecasts_schedules_that_it_has_not_seen(law, schedule):
    forecast = law.predict(schedule)
    truth = losses_of(forecast.rates, forecast.steps)
    later = forecast.steps > len(forecast.rates) // 10
    np.testing.assert_allclose(forecast.losses[later], truth[later], rtol=5e-3)


def test_the_unit_of_the_rates_changes_no_forecast(law):
    other = [dataclasses.replace(curve(name), rates=50 * curve(name).rates) for name in NAMES]
    again = fit(other).predict(wsd(peak=5.0, steps=4000, warmup=WARMUP))
    np.testing.assert_allclose(
        again.losses, law.predict(wsd(peak=0.1, steps=4000, warmup=WARMUP)).losses, rtol=1e-6
    )


def test_intervals_hold_most_of_what_is_logged_later(noisy):
    inside = []
    for seed, steps in enumerate((HORIZON, 2 * HORIZON), start=10):
        new = curve("cosine", steps=steps, noise=0.01, seed=seed)
        forecast = noisy.predict(schedules(steps)["cosine"], steps=steps, at=new.steps)
        inside += list((forecast.low <= new.losses) & (new.losses <= forecast.high))
    assert 0.8 <= np.mean(inside) <= 0.99


def test_a_wider_level_has_a_wider_interval(noisy):
    schedule = schedules()["wsd"]
    half, most = (noisy.predict(schedule, level=level) for level in (0.5, 0.95))
    assert (most.low < half.low).all()
    assert (half.high < most.high).all()
    assert (half.low <= half.losses).all()
    assert (half.losses <= half.high).all()


def test_the_same_curves_give_the_same_forecast(noisy):
    again = fit([curve(name, noise=0.01, seed=seed) for seed, name in enumerate(NAMES)])
    assert again.parameters == noisy.parameters
    schedule = schedules()["wsd"]
    assert (again.predict(schedule).high == noisy.predict(schedule).high).all()


def test_its_repr_says_what_it_is(law):
    shown = repr(law)
    assert shown.startswith("<FittedLaw power_noise of 3 curves: L0=")
    assert "of a curve left out" in shown


def test_the_best_law_misses_least_of_the_curves_left_out():
    curves = [curve(name, noise=0.002, seed=seed, every=60) for seed, name in enumerate(NAMES)]
    best = fit(curves, law="best")
    others = {name: fit(curves, law=name) for name in ("power_noise", "multi_power", "momentum")}
    missed = {name: np.mean(list(each.left_out.values())) for name, each in others.items()}
    assert best.law == min(missed, key=missed.__getitem__)
    assert best.parameters == others[best.law].parameters


def test_the_best_decay_ends_lower_than_any_other_that_is_tried(law):
    best = law.best_decay(peak=0.1, steps=HORIZON)
    assert best.length == HORIZON
    final = law.predict(best).final
    for shape in ("linear", "cosine", "one_minus_sqrt"):
        for decay in (0.05, 0.2, 0.5, 0.9):
            other = wsd(peak=0.1, steps=HORIZON, warmup=WARMUP, decay=decay, shape=shape)
            assert final <= law.predict(other).final * (1 + 1e-4)
    assert "Linear(start=" in repr(best)


def test_a_warm_up_of_its_own_can_be_given(law):
    best = law.best_decay(peak=0.1, steps=500, warmup=0)
    assert float(best(0)) == 0.1


def test_a_single_curve_gives_a_law_whose_doubt_is_its_own_end():
    law = fit(curve("wsd", noise=0.003))
    assert list(law.left_out) == ["wsd"]
    forecast = law.predict(schedules(2 * HORIZON)["wsd"])
    assert forecast.low[-1] < forecast.final < forecast.high[-1]


def test_curves_by_name_are_taken_as_they_are_given():
    assert len(fit({name: curve(name) for name in ("cosine", "wsd")}).curves) == 2


BAD = {
    "no curves": (lambda: fit([]), ValueError, "got none"),
    "a path": (lambda: fit("cosine.csv"), TypeError, "Curve.from_csv"),
    "a list of paths": (lambda: fit(["cosine.csv"]), TypeError, "'cosine.csv'"),
    "one name twice": (lambda: fit([curve("wsd"), curve("wsd")]), ValueError, "wsd twice"),
    "unknown law": (lambda: fit(curve("wsd"), law="chinchilla"), ValueError, "'chinchilla'"),
    "best of one": (lambda: fit(curve("wsd"), law="best"), ValueError, "two curves or more"),
    "two tasks": (
        lambda: fit([curve("constant"), curve("wsd", scale=3.0)]),
        ValueError,
        "fit needs curves of one task; the losses of wsd lie",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_what_can_not_be_fitted_is_an_error_that_names_it(case):
    call, kind, said = BAD[case]
    with pytest.raises(kind, match=said):
        call()


BAD_FORECASTS = {
    "no horizon": (lambda law: law.predict(Constant(rate=0.1)), "that ends"),
    "a recipe": (lambda law: law.predict(wsd(peak=0.1)), "steps"),
    "level": (lambda law: law.predict(wsd(peak=0.1, steps=100), level=90), "level=90"),
    "places": (lambda law: law.predict(wsd(peak=0.1, steps=100), at=[3, 2]), r"at=\[3, 2\]"),
    "beyond": (lambda law: law.predict(wsd(peak=0.1, steps=100), at=[100]), "from 0 to 99"),
    "peak": (lambda law: law.best_decay(peak=0.0, steps=100), "peak"),
    "steps": (lambda law: law.best_decay(peak=0.1, steps=0), "steps"),
    "warm-up": (lambda law: law.best_decay(peak=0.1, steps=50), "warmup=100"),
}


@pytest.mark.parametrize("case", BAD_FORECASTS)
def test_what_can_not_be_forecast_is_an_error_that_names_it(law, case):
    call, said = BAD_FORECASTS[case]
    with pytest.raises(ValueError, match=said):
        call(law)


def test_the_law_is_a_frozen_value(law):
    assert isinstance(law, FittedLaw)
    with pytest.raises(dataclasses.FrozenInstanceError):
        law.law = "momentum"


def test_ten_points_are_fitted_with_a_warning():
    few = curve("wsd", every=290)
    assert len(few.losses) == 10
    law = fit(few)
    assert any("10 losses together, for 7 parameters: 70 or more" in each for each in law.warnings)
    assert np.isfinite(law.predict(schedules()["wsd"]).final)


def test_losses_of_every_update_are_fitted_by_their_means():
    rates = np.asarray(schedules()["wsd"](np.arange(HORIZON)))
    steps = np.arange(1, HORIZON)
    losses = losses_of(rates, steps, noise=0.3)
    law = fit(Curve(losses=losses, steps=steps, rates=rates, name="batches"))
    truth = losses_of(rates, np.array([HORIZON - 1]))[0] * np.exp(0.3**2 / 2)
    assert law.predict(schedules()["wsd"]).final == pytest.approx(truth, rel=0.06)

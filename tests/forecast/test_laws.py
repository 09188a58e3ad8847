import numpy as np
import pytest
from forecast import laws
from hypothesis import given
from hypothesis import strategies as st

from paceline.forecast._fit_curves import LAWS

SHAPES = {
    "power_noise": {"C": (1e-3, 10.0), "beta": (0.1, 1.5), "rho": (1.0, 3.0)},
    "multi_power": {"C": (1e-3, 1.0), "beta": (0.1, 1.5), "gamma": (0.05, 1.2)},
    "momentum": {"forgetting": (1e-4, 0.5)},
}
CLOSE = {"power_noise": 1e-5, "multi_power": 3e-5, "momentum": 1e-9}
"""Of the largest value: the drops of a cell of multi_power are as one at its mean rate."""


@pytest.mark.parametrize("name", LAWS)
@given(data=st.data())
def test_a_law_is_its_formula(name, data):
    shape = {key: data.draw(st.floats(*ends), key) for key, ends in SHAPES[name].items()}
    which = data.draw(st.sampled_from(["constant", "cosine", "wsd"]))
    rates = np.asarray(laws.schedules(peak=1.0)[which](np.arange(laws.HORIZON)))
    points = np.linspace(laws.WARMUP + 5, laws.HORIZON - 1, 12).astype(int)
    law = LAWS[name]
    found = law.own(law.features(rates, points), **shape)
    direct = getattr(laws, name)(rates, points, **shape)
    np.testing.assert_allclose(found, direct, atol=CLOSE[name] * max(1.0, abs(direct).max()))


@pytest.mark.parametrize("name", LAWS)
def test_the_parameters_are_those_of_the_formula_with_rates_as_the_optimizer_counts_them(name):
    law, peak = LAWS[name], 3e-3
    shape = {key: np.sqrt(low * high) for key, (low, high) in SHAPES[name].items()}
    rates = np.asarray(laws.schedules(peak=peak)["wsd"](np.arange(laws.HORIZON)))
    points = np.arange(500, laws.HORIZON, 500)
    relative = 0.7 * law.own(law.features(rates / peak, points), **shape)
    values = law.in_units(peak, B=0.7, **shape)
    weight = values.pop("B")
    if name == "power_noise":  # eta^2 (eta/P)^(rho - 2)
        own = laws.power_noise(rates, points, **values) * peak ** (2 - values["rho"])
    elif name == "momentum":
        own = laws.momentum(rates, points, forgetting=1 - values["lambda"])
    else:
        falls = laws._falls(rates)
        own = np.array([
            -(
                falls[: t + 1]
                * (
                    1
                    - (
                        1
                        + values["C"]
                        * np.maximum(rates[: t + 1], 1e-3 * peak) ** -values["gamma"]
                        * laws.since(rates, t)
                    )
                    ** -values["beta"]
                )
            ).sum()
            for t in points
        ])  # fmt: skip
    np.testing.assert_allclose(weight * own, relative, rtol=1e-3)


@pytest.mark.parametrize("name", ["multi_power", "momentum"])
def test_a_rate_that_never_falls_takes_nothing_off(name):
    law = LAWS[name]
    rates = np.minimum(1.0, np.arange(1, 501) / 100)
    shape = {key: np.sqrt(low * high) for key, (low, high) in SHAPES[name].items()}
    assert not law.own(law.features(rates, np.array([200, 499])), **shape).any()

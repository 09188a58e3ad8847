import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from paceline.range_test._rules import minimum, probe_band, smoothed, steep, valley

RULES = {"valley": valley, "minimum": minimum, "steep": steep}

LOSSES = st.lists(st.floats(0.01, 10.0), min_size=2, max_size=60)


def _rates(count, low=-6.0, high=1.0):
    return np.logspace(low, high, count)


def _dip(count=200, *, bottom=-1.0):
    """Return rates and losses that fall from 2.3, are least at 10^bottom and burst after it."""
    rates = _rates(count)
    u = np.log10(rates)
    fall = 2.0 / (1 + np.exp(-3 * (u - bottom + 1.5)))
    return rates, 2.3 - fall + np.exp(np.clip(12 * (u - bottom - 0.3), -50, 20))


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
@given(losses=LOSSES, power=st.integers(-20, 20))
def test_the_unit_of_the_loss_changes_nothing(rule, losses, power):
    rates, scaled = _rates(len(losses)), np.array(losses) * 2.0**power
    assert rule(rates, scaled) == pytest.approx(rule(rates, losses), nan_ok=True)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
@given(losses=LOSSES, factor=st.floats(1e-6, 1e6))
def test_rates_that_are_all_larger_by_a_factor_move_the_suggestion_by_it(rule, losses, factor):
    slopes = np.sort(np.diff(losses))
    assume(len(slopes) < 2 or slopes[1] - slopes[0] > 1e-6)  # else rounding picks the steepest
    rates = _rates(len(losses))
    assert rule(rates * factor, losses) == pytest.approx(rule(rates, losses) * factor, nan_ok=True)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
@given(losses=st.lists(st.floats(), max_size=40))
def test_any_losses_give_a_rate_of_the_sweep_or_none(rule, losses):
    rates = _rates(len(losses))
    with np.errstate(over="ignore"):
        found = rule(rates, losses)
    scale = 10 if rule is minimum else 1
    assert np.isnan(found) or np.isclose(rates, found * scale).any()


@given(losses=LOSSES)
def test_the_longest_valley_is_the_one_that_a_search_of_all_finds(losses):
    length = [1] * len(losses)
    for i, late in enumerate(losses):
        length[i] = 1 + max((length[j] for j in range(i) if losses[j] > late), default=0)
    longest, end = max(length), int(np.argmax(length))
    rates = _rates(len(losses))
    expected = rates[end - -(-longest // 2)] if longest > 1 else np.nan
    assert valley(rates, losses) == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
@pytest.mark.parametrize(
    "losses",
    [[], [1.0], [np.nan], [2.0] * 9, [1.0, 2.0, 3.0], [np.inf] * 5, [1.0, np.nan, np.inf]],
    ids=str,
)
def test_where_nothing_falls_there_is_no_rate(rule, losses):
    assert np.isnan(rule(_rates(len(losses)), losses))


def test_each_rule_finds_its_place_in_a_plain_dip():
    rates, losses = _dip()
    assert np.log10(minimum(rates, losses)) == pytest.approx(-2.0, abs=0.25)
    assert np.log10(steep(rates, losses)) == pytest.approx(-2.5, abs=0.1)
    assert -4.5 < np.log10(valley(rates, losses)) < -2.5


def test_on_a_log_axis_noise_at_the_smallest_rates_does_not_win():
    rates, losses = _dip()
    noise = np.random.default_rng(0).normal(0, 1e-3, len(losses))
    assert np.log10(steep(rates, losses + noise)) == pytest.approx(-2.5, abs=0.4)


def test_smoothing_starts_at_the_first_loss_and_ends_where_the_loss_bursts():
    rates, losses = _dip()
    at, curve = smoothed(rates, losses)
    assert curve[0] == pytest.approx(losses[0])
    assert len(at) == len(curve) < len(rates)
    assert curve.max() <= 4 * curve.min()


@given(losses=st.lists(st.floats(-10, 10), min_size=1, max_size=50))
def test_the_smoothed_loss_is_the_weighted_mean_of_all_before(losses):
    losses = 20.0 + np.array(losses)
    weights = 0.98 ** np.arange(len(losses))[::-1]
    last = smoothed(_rates(len(losses)), losses)[1][-1]
    assert last == pytest.approx(np.average(losses, weights=weights))


def test_a_constant_loss_stays_constant_so_that_no_rule_reads_rounding():
    at, curve = smoothed(_rates(200), np.full(200, 2.3026))
    assert set(curve) == {2.3026}
    assert np.isnan([rule(at, curve) for rule in RULES.values()]).all()


@given(losses=st.lists(st.floats(-10, 10), max_size=50), bad=st.sampled_from([np.nan, np.inf]))
def test_nothing_after_a_loss_that_is_not_finite_is_read(losses, bad):
    rates = _rates(len(losses) + 3)
    at, curve = smoothed(rates, [*losses, bad, 0.0, 0.0])
    assert len(at) == len(curve) <= len(losses)
    np.testing.assert_array_equal(curve, smoothed(rates[: len(losses)], losses)[1])


def test_the_band_of_a_probe_is_between_nine_tenths_and_half_a_decade_below_the_best():
    u = np.linspace(-6, 1, 141)
    probe = np.where(u < -3, 2.0, np.where(u < -1, 1.1, np.where(u < -0.5, 1.0, 9.0)))
    found = probe_band(10**u, probe, start=2.0)
    # nine tenths of the fall are done at -3; the smallest loss is first met at -1
    assert np.log10(found) == pytest.approx((-3 - 1 - 0.5) / 2, abs=0.06)


def test_one_odd_probe_loss_moves_nothing():
    u = np.linspace(-6, 1, 141)
    probe = np.where(u < -3, 2.0, np.where(u < -1, 1.1, np.where(u < -0.5, 1.0, 9.0)))
    odd = probe.copy()
    odd[[20, 90]] = 0.1, np.nan
    assert probe_band(10**u, odd, start=2.0) == probe_band(10**u, probe, start=2.0)


@given(
    mu=st.floats(0.0, 0.99),
    factor=st.floats(1e-3, 1e3),
    scale=st.integers(-10, 10),
)
def test_the_band_moves_with_the_rates_and_not_with_the_unit_of_the_loss(mu, factor, scale):
    rates, losses = _dip()
    plain = probe_band(rates, losses, start=2.3)
    lag = (1 - mu) / (1 - mu * (rates[0] / rates[1]))
    moved = probe_band(rates * factor, losses * 2.0**scale, start=2.3 * 2.0**scale, momentum=mu)
    assert moved == pytest.approx(plain * factor * lag)


@pytest.mark.parametrize("probe", [[], [2.3], [3.0, 4.0], [np.nan] * 7, [np.inf, np.nan]], ids=str)
def test_a_probe_loss_that_never_falls_gives_no_rate(probe):
    assert np.isnan(probe_band(_rates(len(probe)), probe, start=2.3))


@pytest.mark.parametrize("start", [np.nan, np.inf])
def test_a_start_that_is_not_finite_gives_no_rate(start):
    assert np.isnan(probe_band(_rates(3), [2.0, 1.0, 3.0], start=start))

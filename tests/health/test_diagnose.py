"""Each fault has its curve; a good curve has none; what can't be read is refused with a way out."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import paceline
from paceline.health import Curves, Finding, diagnose
from paceline.schedules import Constant

UPDATES = np.arange(400)
COSINE = paceline.cosine(peak=0.1, warmup=0.05, steps=400)(UPDATES)


def descent(speed: float, rates: np.ndarray, *, floor: float = 0.1) -> np.ndarray:
    """Return a loss that falls as a power law of the sum of the rates, with noise."""
    noise = np.random.default_rng(0).normal(size=len(rates), scale=0.03)
    return floor + 2.2 / (1 + speed * np.cumsum(rates) / np.sum(COSINE)) ** 0.8 + noise


def curves(losses: np.ndarray, rates: np.ndarray | None = COSINE, **more: object) -> Curves:
    return Curves(
        losses=losses,
        loss_steps=np.arange(len(losses)),
        unit="update",
        rates=rates,
        rate_steps=None if rates is None else np.arange(len(rates)),
        **more,
    )


def names(given: Curves) -> list[str]:
    return [finding.name for finding in diagnose(given)]


def only(given: Curves) -> Finding:
    (one,) = diagnose(given)
    return one


GOOD = descent(20, COSINE)


def test_it_is_there_as_paceline_diagnose():
    assert paceline.diagnose is diagnose


def test_a_good_training_has_no_findings_with_and_without_its_rates():
    assert diagnose(curves(GOOD)) == []
    assert diagnose(curves(GOOD, None)) == []


def test_a_loss_that_still_falls_at_the_end_has_too_low_a_rate():
    finding = only(curves(descent(1, COSINE)))
    assert finding.name == "rate_too_low"
    assert "3 times" in finding.remedy or "10 times" in finding.remedy


@pytest.mark.parametrize("end", [np.nan, np.inf])
def test_a_loss_that_is_not_finite_at_the_end_names_the_update(end: float):
    losses = GOOD.copy()
    losses[250:] = end
    finding = only(curves(losses))
    assert (finding.name, finding.evidence) == ("rate_too_high", {"diverged_at": 250.0})
    assert "update 250" in finding.found


def test_a_divergence_after_three_updates_is_enough():
    short = Curves(losses=[2.3, 9.0, np.nan], loss_steps=[0, 1, 2], unit="update")
    assert names(short) == ["rate_too_high"]


def test_a_loss_that_jumps_and_stays_high_has_too_high_a_rate():
    losses = np.full(400, 2.3) + np.random.default_rng(0).normal(size=400, scale=0.02)
    losses[0], losses[20:30] = 2.3, 6.0
    assert names(curves(losses)) == ["rate_too_high"]


def test_a_loss_that_rises_again_has_too_high_a_rate():
    losses = GOOD.copy()
    losses[100:] = 1.8
    assert names(curves(losses)) == ["rate_too_high"]


def test_a_spike_at_the_start_without_warmup_is_no_warmup_and_with_it_is_nothing():
    losses = GOOD.copy()
    losses[2] = 9.0
    linear = paceline.linear(peak=0.1, steps=400)(UPDATES)
    finding = only(curves(losses, linear))
    assert finding.name == "no_warmup"
    assert "warmup=0.05" in finding.remedy
    assert diagnose(curves(losses)) == []


def test_a_rate_that_stays_high_is_under_annealed_unless_the_run_is_not_over():
    flat = np.full(400, 0.1)
    assert names(curves(descent(20, flat), flat)) == ["under_annealed"]
    assert diagnose(curves(descent(20, flat), flat, horizon=1000)) == []


def test_a_decay_that_ends_at_a_fifth_is_too_early_and_names_the_updates_to_stretch_it_over():
    rates = paceline.cosine(peak=0.1, steps=80)(UPDATES)
    finding = only(curves(descent(20, rates), rates))
    assert finding.name == "decays_too_early"
    assert finding.remedy.endswith("schedule.over(400)")


def test_a_decay_within_the_first_epoch_is_too_early():
    rates = np.zeros(640)
    rates[:20] = 0.1
    losses = np.array([2.3, *[2.0] * 19])
    logged = Curves(
        losses=losses,
        loss_steps=np.arange(1, 21),
        unit="epoch",
        rates=rates,
        rate_steps=(np.arange(640) + 1) / 32,
    )
    assert names(logged) == ["decays_too_early"]


def test_a_flat_loss_is_a_plateau_whether_it_fell_before_or_not():
    flat = np.full(400, 0.1)
    flat[100:] = 0.02  # a rate that fell, but not to the end
    assert names(curves(descent(60, flat), flat)) == ["plateau"]
    constant = np.full(400, 2.3)
    assert names(curves(constant)) == ["plateau"]
    assert "never fell" in only(curves(constant)).found


def test_overfitting_names_the_place_from_which_the_validation_loss_rises():
    validation = np.concatenate([np.linspace(2, 0.5, 8), np.linspace(0.52, 0.9, 12)])
    places = np.arange(1, 21) * 20
    finding = only(curves(GOOD, validation=validation, validation_steps=places))
    assert finding.name == "overfitting"
    assert finding.evidence["from"] == pytest.approx(160, abs=20)
    falling = np.linspace(2, 0.5, 20)
    assert diagnose(curves(GOOD, validation=falling, validation_steps=places)) == []


def test_several_are_returned_the_surest_first():
    flat = np.full(400, 0.1)
    validation = np.concatenate([np.linspace(2, 0.5, 8), np.linspace(0.5, 0.65, 12)])
    found = diagnose(
        curves(
            descent(20, flat), flat, validation=validation, validation_steps=np.arange(1, 21) * 20
        )
    )
    assert {each.name for each in found} == {"under_annealed", "overfitting"}
    assert [each.confidence for each in found] == sorted(
        (each.confidence for each in found), reverse=True
    )


def test_each_finding_prints_as_two_lines_and_gives_code():
    lines = str(only(curves(descent(1, COSINE)))).split("\n")
    assert len(lines) == 2
    assert "schedule = " in lines[1]


def test_a_schedule_stands_in_for_rates_that_were_not_logged():
    flat = np.full(400, 0.1)
    losses = descent(20, flat)
    assert diagnose(curves(losses, None)) == []
    found = diagnose(curves(losses, None), schedule=Constant(rate=0.1))
    assert [each.name for each in found] == ["under_annealed"]
    assert diagnose(curves(losses, None), schedule=paceline.cosine(peak=0.1)) == []


def test_a_schedule_beside_logged_rates_is_refused():
    with pytest.raises(ValueError, match="Leave schedule out"):
        diagnose(curves(GOOD), schedule=Constant(rate=0.1))


def test_too_few_losses_are_refused_and_it_says_how_many_and_what_to_log():
    with pytest.raises(ValueError, match=r"10 training losses or more; got 3 .* log the loss"):
        diagnose({"loss": [2.0, 1.0, 0.5]})


def test_a_first_loss_that_is_not_finite_is_not_the_rates_fault():
    with pytest.raises(ValueError, match="not the rate's fault"):
        diagnose(curves(np.full(400, np.nan)))
    with_epochs = diagnose({"loss": [np.nan] * 12})
    assert [each.name for each in with_epochs] == ["rate_too_high"]
    assert with_epochs[0].confidence < 0.9


@pytest.mark.parametrize("places", [[0, 1, 1], [0, 2, 1], [0, np.nan, 2]])
def test_places_that_do_not_grow_are_refused(places: list[float]):
    with pytest.raises(ValueError, match="loss_steps that grow"):
        Curves(losses=[3, 2, 1], loss_steps=places, unit="update")


def test_what_holds_no_curves_is_refused():
    with pytest.raises(TypeError, match=r"got 3 \(int\)"):
        diagnose(3)
    with pytest.raises(ValueError, match="one length"):
        Curves(losses=[1, 2], loss_steps=[0], unit="update")
    with pytest.raises(ValueError, match='"update" or "epoch"'):
        Curves(losses=[1.0], loss_steps=[0], unit="batch")
    with pytest.raises(ValueError, match="one above 0"):
        curves(GOOD, np.zeros(400))
    with pytest.raises(TypeError, match="losses as numbers"):
        Curves(losses=["a"], loss_steps=[0], unit="update")


LOSSES = arrays.arrays(
    np.float64,
    st.integers(10, 60),
    elements=st.one_of(
        st.floats(-1e6, 1e6), st.sampled_from([0.0, np.nan, np.inf, 1e300, -1e-300])
    ),
)


@example(losses=np.eye(10)[0] * 1.5e-186, logs_rate=False, unit="update")
@example(losses=np.eye(10)[0] * 1.5e-30, logs_rate=True, unit="update")
@given(losses=LOSSES, logs_rate=st.booleans(), unit=st.sampled_from(["update", "epoch"]))
@pytest.mark.filterwarnings("error")
def test_whatever_the_losses_there_is_an_answer_or_a_reason(
    losses: np.ndarray, logs_rate: bool, unit: str
):
    places = np.arange(1, len(losses) + 1)
    rates = np.linspace(0.1, 0.0, len(losses)) if logs_rate else None
    logged = Curves(
        losses=losses,
        loss_steps=places,
        unit=unit,
        rates=rates,
        rate_steps=None if rates is None else places,
        validation=losses,
        validation_steps=places,
    )
    finite = np.isfinite(losses) & (np.abs(losses) < 1e38)
    has_diverged = not finite[-1] and (unit == "epoch" or finite.any())
    if has_diverged or (finite[-1] and finite.sum() >= 10):
        assert all(0 < each.confidence < 1 for each in diagnose(logged))
    else:
        with pytest.raises(ValueError, match="diagnose needs"):
            diagnose(logged)


@given(scale=st.floats(1e-3, 1e3), rate=st.floats(1e-6, 10), case=st.integers(0, 2))
def test_the_units_of_loss_and_rate_do_not_matter(scale: float, rate: float, case: int):
    losses = (GOOD, descent(1, COSINE), np.where(UPDATES > 99, 1.8, GOOD))[case]
    assert names(curves(scale * losses, rate * COSINE)) == names(curves(losses))

"""What the verdicts promise, over thousands of simulated comparisons of six schedules.

The seeds of a comparison share what a seed does to every schedule (common random numbers), and each
schedule adds scatter of its own, of the shapes that final losses have.
"""

import numpy as np
import pytest

from paceline.comparison import contrasts, estimate
from paceline.comparison._margin import margin_of
from paceline.comparison._sign_flip import sign_flip
from paceline.trials import Outcome

RUNS = 2_000
SCHEDULES = 6
SCATTER = {
    "normal": lambda draw, size: draw.normal(0.0, 1.0, size),
    "heavy tails": lambda draw, size: draw.standard_t(4, size),
    "skewed": lambda draw, size: draw.gamma(3.0, 1.0, size),
}
SEEDS = (8, 12)


def comparisons(shape, seeds, effects=(0.0,) * SCHEDULES, runs=RUNS):
    """[runs, schedules, seeds] of a loss; the first schedule is the baseline."""
    draw = np.random.default_rng([seeds, len(shape)])
    common = draw.normal(0.0, 1.0, (runs, 1, seeds))
    own = SCATTER[shape](draw, (runs, SCHEDULES, seeds))
    return 2.0 + 0.02 * (common + own + np.array(effects)[:, None])


def verdicts(run, margin):
    found = contrasts(
        {str(number): dict(enumerate(values)) for number, values in enumerate(run[1:], 1)},
        baseline=dict(enumerate(run[0])),
        higher_is_better=False,
        margin=margin,
    )
    return [found[str(number)].verdict for number in range(1, SCHEDULES)]


@pytest.mark.parametrize("seeds", SEEDS)
@pytest.mark.parametrize("shape", SCATTER)
def test_of_equal_schedules_one_is_called_better_in_at_most_5_percent_of_comparisons(shape, seeds):
    runs = [verdicts(run, margin=0.005) for run in comparisons(shape, seeds)]
    assert np.mean([("better" in run) for run in runs]) <= 0.05
    assert np.mean([("better" in run or "worse" in run) for run in runs]) <= 0.055
    assert not any("too few seeds" in run for run in runs)


def test_with_diverged_trials_the_claim_holds_too():
    draw = np.random.default_rng(0)
    runs = comparisons("normal", 8)
    wild = np.where(draw.uniform(size=runs.shape) < 0.1, np.nan, runs)
    claims = [("better" in verdicts(run, margin=0.005)) for run in wild]
    assert np.mean(claims) <= 0.05


@pytest.mark.parametrize("seeds", [3, 5, *SEEDS])
@pytest.mark.parametrize("shape", SCATTER)
def test_the_intervals_of_differences_cover_the_truth_in_93_to_97_percent(shape, seeds):
    runs = comparisons(shape, seeds, runs=2 * RUNS)
    inside = []
    for run in runs:
        found = estimate(run[1] - run[0])
        inside.append(found.low <= 0.0 <= found.high)
    assert 0.93 <= np.mean(inside) <= 0.97


@pytest.mark.parametrize("seeds", SEEDS)
@pytest.mark.parametrize("ratio", [0.1, 0.5, 2.0, 8.0])
def test_schedules_that_differ_by_the_margin_are_called_equal_in_at_most_5_percent(ratio, seeds):
    """All five differ by just the margin, which is `ratio` standard deviations of a pair."""
    apart = ratio * np.sqrt(2)
    runs = comparisons("normal", seeds, effects=(0.0, *[apart] * 3, *[-apart] * 2))
    found = [verdicts(run, margin=0.02 * apart) for run in runs]
    assert np.mean([kind == "practically equal" for run in found for kind in run]) <= 0.05


@pytest.mark.parametrize("seeds", SEEDS)
def test_the_margin_of_the_rule_is_as_safe_as_one_that_was_given(seeds):
    """1 % of the baseline's descent, which the run itself measures, where the truth is just 1 %."""
    draw = np.random.default_rng(seeds)
    wrong = []
    for _ in range(RUNS):
        first = draw.normal(2.3, 0.05, seeds)
        final = 0.3 + 0.02 * (draw.normal(size=seeds) + draw.normal(size=(2, seeds)))
        final[1] += 0.01 * (2.3 - 0.3)
        margin, _ = margin_of(
            None, "loss", [_outcome(*pair) for pair in zip(first, final[0], strict=True)]
        )
        run = np.stack([final[0], final[1], *draw.normal(1.0, 1.0, (4, seeds))])
        wrong.append(verdicts(run, margin)[0] == "practically equal")
    assert np.mean(wrong) <= 0.05


def test_equal_schedules_are_called_practically_equal_where_the_margin_is_wide():
    runs = comparisons("normal", 8, runs=500)
    found = [kind for run in runs for kind in verdicts(run, margin=0.1)]
    assert found.count("practically equal") > 0.9 * len(found)


def test_a_difference_of_two_standard_deviations_is_found_in_most_comparisons():
    runs = comparisons("normal", 12, effects=(0.0, -2.83, 0.0, 0.0, 0.0, 0.0), runs=500)
    assert np.mean([verdicts(run, margin=0.005)[0] == "better" for run in runs]) > 0.9


@pytest.mark.parametrize("seeds", [6, 9])
def test_the_p_of_one_comparison_is_below_a_level_no_more_often_than_the_level(seeds):
    runs = comparisons("skewed", seeds)
    p = np.array([sign_flip(run[1] - run[0]) for run in runs])
    for level in (0.05, 0.1, 0.25, 0.5):
        assert np.mean(p <= level) <= level + 0.02


def _outcome(first: float, final: float) -> Outcome:
    return Outcome(
        variant="baseline",
        seed=0,
        status="done",
        rates=np.array([0.1]),
        losses=np.array([first]),
        steps_per_epoch=1,
        validation={"loss": np.array([final])},
        test={},
        seconds=0.0,
        peak_memory=0,
        versions={},
    )

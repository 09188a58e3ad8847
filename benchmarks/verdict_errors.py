"""How often is a verdict wrong? Simulated comparisons of six schedules, against a plain t test.

The seeds share what a seed does to every schedule, and each schedule adds as much scatter of its
own. The peer judges each schedule by a t test of its differences at 5 %, without a correction.
"""

import argparse

import numpy as np
from _measure import finish, row
from scipy import stats

from paceline.comparison import contrasts, estimate

SCHEDULES, SEEDS = 6, 8
SCATTER = 0.02


def comparisons(runs: int, effects: list[float]) -> np.ndarray:
    """[runs, schedules, seeds] of a loss; effects in standard deviations of a difference."""
    draw = np.random.default_rng(0)
    common = draw.normal(size=(runs, 1, SEEDS))
    own = draw.normal(size=(runs, SCHEDULES, SEEDS))
    apart = np.sqrt(2) * np.array(effects)[:, None]
    return 1.0 + SCATTER * (common + own + apart)


def verdicts(run: np.ndarray, margin: float) -> list[str]:
    found = contrasts(
        {str(number): dict(enumerate(values)) for number, values in enumerate(run[1:])},
        baseline=dict(enumerate(run[0])),
        higher_is_better=False,
        margin=margin,
    )
    return [contrast.verdict for contrast in found.values()]


def peer(run: np.ndarray) -> list[bool]:
    """Whether a t test calls each schedule better."""
    tests = stats.ttest_rel(run[1:], run[:1], axis=1)
    return list((tests.pvalue < 0.05) & (tests.statistic < 0))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="400 comparisons instead of 2,000")
    runs = 400 if parser.parse_args().quick else 2_000
    equal = comparisons(runs, [0.0] * SCHEDULES)
    ours = float(np.mean(["better" in verdicts(run, 0.005) for run in equal]))
    theirs = float(np.mean([any(peer(run)) for run in equal]))
    looks = float(np.mean([run[1:].mean(axis=1).min() < run[0].mean() for run in equal]))
    print(f"of {runs} comparisons of six equal schedules, {looks:.0%} have one with a better mean")
    apart = comparisons(runs, [0.0, -2.0, 0.0, 0.0, 0.0, 0.0])
    found = float(np.mean([verdicts(run, 0.005)[0] == "better" for run in apart]))
    peers = float(np.mean([peer(run)[0] for run in apart]))
    inside = [estimate(run[1] - run[0]) for run in equal]
    cover = float(np.mean([each.low <= 0 <= each.high for each in inside]))
    edge = 0.5 * np.sqrt(2) * SCATTER
    same = comparisons(runs, [0.0, 0.5, 0.5, 0.5, -0.5, -0.5])
    wrong = float(np.mean([v == "practically equal" for run in same for v in verdicts(run, edge)]))
    share = "share of comparisons"
    finish(
        [
            row(
                "six equal schedules, one is called better",
                ours=ours,
                peer=theirs,
                ratio=ours / theirs,
                bar=0.05,
                holds=ours <= 0.05,
                unit=f"{share}, at most the bar; peer: a t test each, uncorrected",
            ),
            row(
                "one of six is better by two standard deviations, and is called so",
                ours=found,
                peer=peers,
                ratio=found / peers,
                bar=0.5,
                holds=found >= 0.5,
                unit=f"{share}, at least the bar; peer: a t test each, uncorrected",
            ),
            row(
                "the 95 % interval of a difference covers the truth",
                ours=cover,
                peer=None,
                ratio=None,
                bar=0.93,
                holds=0.93 <= cover <= 0.97,
                unit=f"{share}, 0.93 to 0.97",
            ),
            row(
                "schedules that differ by the margin are called practically equal",
                ours=wrong,
                peer=None,
                ratio=None,
                bar=0.05,
                holds=wrong <= 0.05,
                unit="share of verdicts, at most the bar",
            ),
        ]
    )


if __name__ == "__main__":
    main()

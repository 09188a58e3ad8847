"""What every rule suggests on a cell, and what that is worth."""

import dataclasses
import math
from collections.abc import Sequence

import _find_tasks
import keras
import numpy as np
from _find_peers import RULES, UPDATES, sweeps
from _find_reference import Reference
from _find_tasks import Cell

import paceline
from paceline.trials import set_threads

REPLAY = "**replay**"
MEDIAN = "replay, median of three"
COST = {**dict.fromkeys(RULES, UPDATES), REPLAY: 280, MEDIAN: 3 * 280}
"""How many updates each rule makes."""

Suggestions = dict[str, list[float]]
"""The rate of each seed, by rule; NaN where a rule has none."""


def suggestions(cell: Cell, seeds: Sequence[int]) -> Suggestions:
    """Return what every rule suggests on a cell from the initial weights of each seed."""
    set_threads(1)
    task = _find_tasks.task(cell)
    swept = sweeps(task, seeds)
    found: Suggestions = {
        name: [rule(swept[seed]) for seed in seeds] for name, rule in RULES.items()
    }
    results = [paceline.find(task, repeats=3, seed=seed) for seed in seeds]
    found[REPLAY] = [result.repeats[0] for result in results]
    found[MEDIAN] = [_rate(result.suggestion) for result in results]
    # so that the first of three repeats may stand for a test of one
    alone = _rate(paceline.find(task, seed=seeds[0]).suggestion)
    assert np.isclose(alone, found[REPLAY][0], rtol=1e-4, equal_nan=True), (cell, alone, found)
    keras.utils.clear_session()
    return found


def _rate(suggestion: object) -> float:
    return math.nan if suggestion is None else float(suggestion.rate)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Score:
    """How good a rule is, over all cells and seeds."""

    regrets: np.ndarray
    biases: np.ndarray
    """Decades above the best peak, where there is a suggestion."""

    @property
    def mean(self) -> float:
        return float(self.regrets.mean())

    @property
    def worst(self) -> float:
        return float(self.regrets.max())


def scores(
    references: dict[Cell, Reference], suggested: dict[Cell, Suggestions]
) -> dict[str, Score]:
    """Return the score of each rule."""
    found = {}
    for rule in COST:
        pairs = [(references[cell], rate) for cell in suggested for rate in suggested[cell][rule]]
        found[rule] = Score(
            regrets=np.array([reference.regret(rate) for reference, rate in pairs]),
            biases=np.array([each.bias(rate) for each, rate in pairs if rate > 0]),
        )
    return found


def score_table(found: dict[str, Score]) -> str:
    """Return the rules, worst first, as a Markdown table."""
    lines = ["| rule | updates | mean | p90 | worst | bias |", "|---|---|---|---|---|---|"]
    for rule, score in found.items():
        figures = (score.mean, np.quantile(score.regrets, 0.9), score.worst)
        shown = " | ".join(f"{each:.3f}" for each in figures)
        bias = f"{score.biases.mean():+.2f}" if len(score.biases) else "–"
        lines.append(f"| {rule} | {COST[rule]} | {shown} | {bias} |")
    return "\n".join(lines)


def cell_table(references: dict[Cell, Reference], suggested: dict[Cell, Suggestions]) -> str:
    """Return, for each cell, the best peak, and the median and mean regret of some rules."""
    rules = {
        "replay": REPLAY,
        "valley": "fastai valley",
        "minimum / 10": "fastai minimum / 10",
        "geometric mean": "geometric mean of valley and minimum/10",
    }
    lines = [f"| cell | best | {' | '.join(rules)} |", "|---" * (len(rules) + 2) + "|"]
    for cell, by_rule in suggested.items():
        shown = []
        for rule in rules.values():
            regret = np.mean([references[cell].regret(rate) for rate in by_rule[rule]])
            shown.append(f"{np.nanmedian(by_rule[rule]):.2g} ({regret:.3f})")
        lines.append(f"| {cell} | {references[cell].best:.2g} | {' | '.join(shown)} |")
    return "\n".join(lines)

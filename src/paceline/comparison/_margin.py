"""The difference that does not matter, and what follows from the baseline's descent."""

import math
from collections.abc import Sequence

import numpy as np

from paceline.comparison._metric import TEST, TRAINING_LOSS, is_fraction
from paceline.comparison._summary import primary_value
from paceline.trials import Outcome

_POINTS = 0.005
_SHARE = 0.01


def margin_of(asked: float | None, metric: str, baseline: Sequence[Outcome]) -> tuple[float, str]:
    """Return the margin within which two variants are practically equal, and its rule in words.

    What the user asked for; else 0.005 for a metric in [0, 1]; else, of a loss, 1 % of the
    baseline's descent from its initial loss; else NaN. The rule is fixed before the run: a margin
    that is estimated from the scatter of the seeds would move with what it judges.
    """
    if asked is not None:
        return asked, "as asked for"
    if is_fraction(metric):
        return _POINTS, "0.5 points, for a metric in [0, 1]"
    if metric not in {"loss", f"{TEST}loss", TRAINING_LOSS}:
        return math.nan, "none was given"
    first, final = _descent(baseline, metric)
    if not first > final:
        return math.nan, "none, as the baseline's loss did not fall"
    return _SHARE * (first - final), "1 % of the baseline's descent from its initial loss"


def default_target(baseline: Sequence[Outcome]) -> float:
    """Return the validation loss that the baseline reaches at 90 % of its descent.

    first - 0.9 * (first - final), means over the seeds: the first batch's training loss before any
    update, and the final validation loss.
    """
    first, final = _descent(baseline, "loss")
    return first - 0.9 * (first - final)


def _descent(baseline: Sequence[Outcome], metric: str) -> tuple[float, float]:
    """The loss before any update and the final one: means over the seeds, NaN without one."""
    done = [outcome for outcome in baseline if outcome.status == "done"]
    if not done:
        return math.nan, math.nan
    pairs = [(outcome.initial_training_loss, primary_value(outcome, metric)) for outcome in done]
    first, final = np.mean(np.array(pairs), axis=0).tolist()
    return first, final

"""What a search found, in words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from paceline.comparison import metric_name, p_text, plural, text
from paceline.comparison._numbers import interval_text, mean_text
from paceline.tuning._confirm import room_text

if TYPE_CHECKING:
    from paceline.comparison import Contrast
    from paceline.tuning._result import TuneResult


def verdict_sentences(result: TuneResult) -> list[str]:
    """Return the sentences of the verdict; the first is for those who read nothing else."""
    return [*_answer(result), _cost(result), *_warnings(result)]


def _answer(result: TuneResult) -> list[str]:
    best = repr(result.best.recipe)
    found = result.confirmation
    if found is None:
        return [
            f"{best} was the best of the search, which is no result: the budget had no room to "
            "confirm it on fresh seeds.",
            room_text(result.confirm),
        ]
    gain = result.gain
    assert gain is not None
    metric = metric_name(found.metric)
    seeds = plural(len(found.seeds), "fresh seed")
    mean = f"its {metric} is {text(found.primary(gain).mean)} over {seeds}"
    others = len(found.schedules) - 1
    if gain.contrast is None:
        which = "the other schedule" if others == 1 else f"any of the {others} other schedules"
        return [
            f"{best}, the tuned linear decay to zero, was not beaten by {which} that the search "
            f"found: {mean}."
        ]
    against = f"the tuned {result.baseline.recipe!r}"
    contrast = gain.contrast
    if contrast.verdict == "better":
        return [f"{best} is better than {against}: {mean}, {_apart(result, contrast)}."]
    words = {
        "practically equal": f"is practically equal to {against}",
        "too few seeds": f"has the best mean, and too few seeds to say more against {against}",
    }.get(contrast.verdict, f"has the best mean, and is not shown to be better than {against}")
    return [f"{best} {words}: {mean}, {_apart(result, contrast)}."]


def _apart(result: TuneResult, contrast: Contrast) -> str:
    difference = contrast.difference
    if not math.isfinite(difference.mean):
        return f"ahead in {contrast.beats:.0%} of the pairs"
    interval = f" {interval_text(difference)}" if math.isfinite(difference.low) else ""
    assert result.confirmation is not None
    correction = (
        f"; Holm's correction for {plural(len(result.confirmation.schedules) - 1, 'comparison')}"
        if len(result.confirmation.schedules) > 2
        else ""
    )
    return (
        f"{mean_text(difference, signed=True)}{interval} against it (sign-flip test "
        f"{_p(contrast.corrected_p)}{correction})"
    )


def _p(value: float) -> str:
    shown = p_text(value)
    return f"p {shown}" if shown.startswith("<") else f"p = {shown}"


def _cost(result: TuneResult) -> str:
    return (
        f"It cost {plural(sum(result.spent.values()), 'update')}, as many as {result.runs:,.1f} "
        f"full runs, of a budget of {result.limit / result.horizon:,.1f}; "
        f"{plural(len(result.trials), 'schedule')} were tried in the search."
    )


def _warnings(result: TuneResult) -> list[str]:
    found = [rung.sentence for rung in result.rungs if not rung.trusted]
    if result.edge is not None:
        low, high = result.peaks
        found.append(
            f"The best peak was at the {result.edge} end of {low:.3g} to {high:.3g}, which was "
            "widened once."
        )
    counts = {
        status: sum(trial.result.status == status for trial in result.trials)
        for status in ("diverged", "failed", "lost")
    }
    bad = ", ".join(f"{count} {status}" for status, count in counts.items() if count)
    if bad:
        found.append(f"Of the trials of the search {bad}.")
    return found

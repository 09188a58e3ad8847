"""What the page of a search shows."""

from collections import Counter
from typing import Any

from paceline.charts import colors
from paceline.comparison import metric_name, plural, text
from paceline.reporting._comparison_page import comparison_parts, protocol
from paceline.tuning import TuneResult
from paceline.tuning._charts import color_order
from paceline.tuning._standings import Standing, standings
from paceline.tuning._verdict import verdict_sentences

_BEST = 30
_ERRORS = 5
_CONFIRMED = ("forest", "final", "losses", "survival", "gap")
"""Of the charts of the confirmation; its rates stand below its losses."""


def tune_page(result: TuneResult, name: str | None) -> dict[str, Any]:
    """Return what the template tune.html.j2 shows of `result`."""
    task = name or result.task
    first, *rest = verdict_sentences(result)
    own, found = result.charts(), result.confirmation
    confirmed = {} if found is None else found.charts()
    charts = own | {name: confirmed[name] for name in _CONFIRMED if name in confirmed}
    ranked = _ranked(result)
    return {
        "title": f"{task}: the best learning-rate schedule",
        "over": f"The best learning-rate schedule of {task}",
        "verdict": first,
        "details": " ".join(rest),
        "facts": _facts(result),
        "result": result,
        "charts": charts,
        "found": None if found is None else comparison_parts(found, charts),
        "seeds": 0 if found is None else len(found.seeds),
        "rungs": [name for name in own if name.startswith("rung-")],
        "metric": metric_name(result.metric),
        "palette": colors(color_order(result)),
        "ranked": len(ranked),
        "ranked_over": ranked[0].horizon if ranked else result.horizon,
        "best": [_row(result, standing) for standing in ranked[:_BEST]],
        "errors": _errors(result),
        "protocol": _protocol(result) | result.environment,
    }


def _ranked(result: TuneResult) -> list[Standing]:
    """Return the points over the longest horizon on which one ended well, the best first."""
    good = [trial.horizon for trial in result.trials if trial.ended_well]
    return standings(result.trials, max(good, default=result.horizon))


def _row(result: TuneResult, standing: Standing) -> dict[str, str]:
    return {
        "family": standing.point.family,
        "expression": standing.expression,
        "value": text(-standing.value if result.higher_is_better else standing.value),
        "seeds": str(standing.seeds),
    }


def _errors(result: TuneResult) -> dict[str, int]:
    """Return the errors that ended most trials of the search, and how many each."""
    errors = Counter(trial.result.error for trial in result.trials if trial.result.error)
    return dict(errors.most_common(_ERRORS))


def _facts(result: TuneResult) -> dict[str, str]:
    ended = Counter(trial.result.status for trial in result.trials)
    bad = ", ".join(
        f"{ended[status]:,} {status}" for status in ("diverged", "failed", "lost") if ended[status]
    )
    found = result.confirmation
    return {
        "budget": result.budget,
        "spent": f"{result.runs:,.1f} full runs",
        "trials of the search": f"{len(result.trials):,}" + (f" ({bad})" if bad else ""),
        "fresh seeds": "none" if found is None else str(len(found.seeds)),
        "updates per training": f"{result.horizon:,}",
    }


def _protocol(result: TuneResult) -> dict[str, str]:
    low, high = result.peaks
    horizons = sorted({trial.horizon for trial in result.trials})
    origin = "the range test suggests" if "find" in result.spent else "the middle is"
    widened = f"; widened once at the {result.edge} end" if result.edge else ""
    direction = "higher" if result.higher_is_better else "lower"
    found = result.confirmation
    how = {} if found is None else protocol(found)
    if found is not None:
        how["fresh seeds"] = how.pop("seeds")
        how["baseline"] = f"{found.baseline}: {result.baseline.code}"
    return {
        "task": result.task,
        "one training": plural(result.horizon, "update"),
        "selected by": f"{metric_name(result.metric)}, {direction} is better",
        "budget": f"{result.budget}: {plural(result.limit, 'update')}, the search included",
        "families": ", ".join(result.families),
        "peaks": f"{low:.3g} to {high:.3g}; {origin} {result.start:.3g}{widened}",
        "horizons of the search": f"{', '.join(f'{each:,}' for each in horizons)} updates: each "
        "time the whole schedule, from warm-up to end, with a larger peak where it is shorter",
        "seeds of the search": _seeds(result),
        **how,
    }


def _seeds(result: TuneResult) -> str:
    first, *others = dict.fromkeys(trial.seed for trial in result.trials)
    best = f"; the best also {', '.join(map(str, others))}" if others else ""
    return f"{first}{best}; none of the confirmation's"

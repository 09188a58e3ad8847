"""A search that ended, from its store, without training."""

import warnings
from pathlib import Path
from typing import Any

from paceline.comparison import ComparisonResult, plural
from paceline.comparison._protocol import Protocol
from paceline.execution import Store, StoredSearch, StoreError
from paceline.tuning._families import Point
from paceline.tuning._memory import generations_of
from paceline.tuning._result import TuneResult, choice_of
from paceline.tuning._rungs import Rung


def load_tuning(place: str | Path, *, task: str | None = None) -> TuneResult:
    """Return what the search found that ended last in a store.

    Args:
        place: the SQLite file or database URL that `tune` wrote.
        task: the name of the task, where the store holds searches of several.

    Raises:
        StoreError: a store that can't be read, or that holds no search that ended.
        ValueError: searches of several tasks, or none of `task`.

    Example:
        >>> result = load_tuning("trials.sqlite")                            # doctest: +SKIP
    """
    with Store(place, read_only=True) as store:
        held, damaged = store.searches()
        ended = [each for each in held if "result" in each.plain]
        if not ended:
            begun = f"; {plural(len(held), 'search')} did not end yet" if held else ""
            broken = f"; {damaged} can't be read" if damaged else ""
            raise StoreError(
                f"The store {store.place} holds no search that ended{begun}{broken}. Run the "
                "'paceline tune' command again: it goes on where it was stopped."
            )
        names = list(dict.fromkeys(each.task for each in ended))
        if task is None and len(names) > 1:
            raise ValueError(
                f"The store {store.place} holds searches of several tasks: {', '.join(names)}. "
                "Choose one with --task NAME, in Python with task=NAME."
            )
        chosen = [each for each in ended if task in {None, each.task}]
        if not chosen:
            raise ValueError(
                f"The store {store.place} holds no search of {task!r}. It holds {', '.join(names)}."
            )
        return _result(chosen[0], store)


def holds_tuning(place: str | Path, *, task: str | None = None) -> bool:
    """Return whether what ended last in a store, of `task` if one is named, is a search.

    Raises:
        StoreError: a store that can't be read.
    """
    with Store(place, read_only=True) as store:
        ended = [
            each
            for each in store.searches()[0]
            if "result" in each.plain and task in {None, each.task}
        ]
        held = [each for each in store.comparisons()[0] if task in {None, each.task}]
    if not ended:
        return False
    keys = set(ended[0].plain["result"]["keys"])
    return not held or not keys or keys == set(held[0].keys)


def kept(result: TuneResult, points: dict[str, Point], keys: list[str]) -> dict[str, Any]:
    """Return what the store keeps of a result, beside the generations.

    Args:
        result: that of the search.
        points: those of the confirmation, by name.
        keys: of the confirmation's trials.
    """
    names = ("horizon", "metric", "higher_is_better", "budget", "limit", "spent", "start", "edge")
    return {
        **{name: getattr(result, name) for name in (*names, "environment", "command")},
        "peaks": list(result.peaks),
        "families": list(result.families),
        "rungs": [
            [rung.horizon, rung.longer, rung.correlation, rung.trials] for rung in result.rungs
        ],
        "points": {
            name: [point.family, point.peak, dict(point.parameters)]
            for name, point in points.items()
        },
        "best": result.best.name,
        "baseline": result.baseline.name,
        "keys": keys,
    }


def _result(search: StoredSearch, store: Store) -> TuneResult:
    plain = dict(search.plain["result"])
    points = {
        name: Point(family=family, peak=peak, parameters=tuple(parameters.items()))
        for name, (family, peak, parameters) in plain.pop("points").items()
    }
    keys, best, baseline = plain.pop("keys"), plain.pop("best"), plain.pop("baseline")
    horizon = plain["horizon"]
    return TuneResult(
        **{
            **plain,
            "task": search.task,
            "peaks": tuple(plain["peaks"]),
            "families": tuple(plain["families"]),
            "rungs": tuple(
                Rung(horizon=short, longer=long, correlation=correlation, trials=trials)
                for short, long, correlation, trials in plain["rungs"]
            ),
            "trials": tuple(
                trial for generation in generations_of(search.plain) for trial in generation.trials
            ),
            "best": choice_of(best, points[best], horizon),
            "baseline": choice_of(baseline, points[baseline], horizon),
            "confirmation": _confirmation(keys, store) if keys else None,
        }
    )


def _confirmation(keys: list[str], store: Store) -> ComparisonResult:
    same = [each for each in store.comparisons()[0] if set(each.keys) == set(keys)]
    found, damaged = store.find(keys, failed=True)
    if not same:
        raise StoreError(
            f"What the confirmation in {store.place} was asked can't be read. Run the same "
            "'paceline tune' command again: no trial that is done runs twice."
        )
    if missing := len(keys) - len(found):
        warnings.warn(
            f"Left out: {missing} of {plural(len(keys), 'trial')} of the confirmation in "
            f"{store.place}, {damaged} of them damaged. The same 'paceline tune' command runs them "
            "again.",
            stacklevel=3,
        )
    return Protocol.of(same[0]).result(found.values())

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
        begun = [each for each in held if task in {None, each.task}]
        chosen = [each for each in begun if "result" in each.plain]
        if held and not begun:
            raise ValueError(
                f"The store {store.place} holds no search of {task!r}. It holds {_names(held)}."
            )
        if not chosen:
            raise StoreError(_none_ended(store, begun, damaged))
        if len({each.task for each in chosen}) > 1:
            raise ValueError(
                f"The store {store.place} holds searches of several tasks: {_names(chosen)}. "
                "Choose one with --task NAME, in Python with task=NAME."
            )
        return _result(chosen[0], store)


def holds_tuning(place: str | Path, *, task: str | None = None) -> bool:
    """Return whether what a store holds last, of `task` if one is named, is a search.

    One that was stopped counts where no comparison but its own confirmation came after it.

    Raises:
        StoreError: a store that can't be read.
    """
    with Store(place, read_only=True) as store:
        searches = store.searches()[0]
        compared = [each for each in store.comparisons()[0] if task in {None, each.task}]
    if not compared:
        return bool(searches)
    own = [each.plain for each in searches if task in {None, each.task}]
    last = next((plain["result"] for plain in own if "result" in plain), None)
    if last is not None and not last["keys"]:
        return True
    confirmed = [plain.get("result", {}).get("keys") or plain.get("confirming") for plain in own]
    return sorted(compared[0].keys) in [sorted(keys) for keys in confirmed if keys]


def _none_ended(store: Store, begun: list[StoredSearch], damaged: int) -> str:
    if begun:
        return (
            f"The search of {_names(begun)} in the store {store.place} has not ended, so there is "
            "nothing to report yet. The same 'paceline tune' command goes on where it was stopped."
        )
    broken = f" that can be read, and {damaged} that can't" if damaged else ""
    return (
        f"The store {store.place} holds no search{broken}. Run the 'paceline tune' command with it."
    )


def _names(searches: list[StoredSearch]) -> str:
    return ", ".join(dict.fromkeys(each.task for each in searches))


def kept(result: TuneResult, points: dict[str, Point], keys: list[str]) -> dict[str, Any]:
    """Return what the store keeps of a result, beside the generations.

    Args:
        result: that of the search.
        points: those of the confirmation, by name.
        keys: of the confirmation's trials.
    """
    names = ("horizon", "metric", "higher_is_better", "budget", "limit", "spent", "start", "edge")
    return {
        **{name: getattr(result, name) for name in (*names, "confirm", "environment", "command")},
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

"""A comparison read back from the store, without training."""

import dataclasses
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from paceline.comparison._numbers import plural
from paceline.comparison._protocol import Protocol
from paceline.comparison._result import ComparisonResult
from paceline.execution import Store, StoredComparison, StoreError
from paceline.trials import Outcome

_JOINED = {"seeds", "again", "variants", "schedules", "rates", "environment", "command"}
"""What stores of one task may differ in; anything else makes two comparisons."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Part:
    """What one store holds of the comparison."""

    place: str
    protocol: Protocol
    outcomes: Sequence[Outcome]


def load_comparison(*stores: str | Path, task: str | None = None) -> ComparisonResult:
    """Return the result of the comparison that `stores` hold, as `compare` would; nothing trains.

    A store can be read while another process writes to it. Several stores of one task, from
    several machines, give one result: their schedules and seeds together. Where a store holds
    several comparisons of the task, the one that started last counts. What is left out, because
    it has not run or can't be read, is said in a warning.

    Args:
        stores: SQLite files or database URLs that `compare` wrote.
        task: which task, by its name, where they hold several; None: the only one.

    Returns:
        The result; its trials are those that have ended so far.

    Raises:
        StoreError: a store that can't be read, or that holds no comparison.
        ValueError: several tasks, or none of that name; stores whose comparisons don't go together.

    Example:
        >>> result = load_comparison("paceline-out/digits/trials.sqlite")   # doctest: +SKIP
        >>> paceline.report(result, "report.html")                          # doctest: +SKIP
    """
    if not stores:
        raise ValueError("load_comparison needs a store; got none. Give the path of its file.")
    notes: list[str] = []
    parts = [_read(place, task, notes) for place in stores]
    result = _joined(parts, notes)
    for note in notes:
        warnings.warn(note, stacklevel=2)
    return result


def _read(place: str | Path, task: str | None, notes: list[str]) -> _Part:
    with Store(place, read_only=True) as store:
        chosen = _chosen(store, task, notes)
        found, damaged = store.find(chosen.keys, failed=True)
    try:
        protocol = Protocol.of(chosen)
    except (TypeError, KeyError) as error:
        raise StoreError(
            f"What the comparison in {store.place} was asked can't be read ({error}). Run the same "
            "'paceline compare' command again: no trial that is done runs twice."
        ) from error
    if damaged:
        notes.append(
            f"Left out, since damaged: {plural(damaged, 'trial')} in {store.place}. The same "
            "'paceline compare' command runs them again."
        )
    if missing := len(chosen.keys) - len(found) - damaged:
        notes.append(
            f"Not run yet, and so missing here: {missing} of {plural(len(chosen.keys), 'trial')} "
            f"in {store.place}. The same 'paceline compare' command runs them."
        )
    return _Part(place=store.place, protocol=protocol, outcomes=list(found.values()))


def _chosen(store: Store, task: str | None, notes: list[str]) -> StoredComparison:
    held, damaged = store.comparisons()
    if not held:
        raise StoreError(_no_comparison(store, damaged))
    names = list(dict.fromkeys(each.task for each in reversed(held)))
    listed = ", ".join(repr(name) for name in names)
    if task is None and len(names) > 1:
        raise ValueError(
            f"The store {store.place} holds comparisons of several tasks: {listed}. Choose one "
            "with --task NAME, in Python with task=NAME."
        )
    same = [each for each in held if task in {None, each.task}]
    if not same:
        raise ValueError(
            f"The store {store.place} holds no comparison of {task!r}. It holds {listed}."
        )
    if len(same) > 1:
        notes.append(
            f"{store.place} holds {len(same)} comparisons of {same[0].task!r}: this is the one "
            f"that started last, at {same[0].started}. To see another, run its command again."
        )
    return same[0]


def _no_comparison(store: Store, damaged: int) -> str:
    again = "Run the same 'paceline compare' command with it again: no trial that is done runs "
    if damaged:
        return (
            f"What the comparisons in the store {store.place} were asked can't be read: the file "
            f"is damaged. {again}twice."
        )
    if store.trials():
        return (
            f"The store {store.place} was written before Paceline kept what a comparison is asked. "
            f"{again}twice. Then it can be reported."
        )
    return (
        f"The store {store.place} holds no comparison. Name one that 'paceline compare' wrote: "
        "--store, or trials.sqlite in its output folder."
    )


def _joined(parts: Sequence[_Part], notes: list[str]) -> ComparisonResult:
    first, *rest = parts
    for part in rest:
        _check_same(first, part)
    protocols = [part.protocol for part in parts]
    trials: dict[tuple[str, int], Outcome] = {}
    twice = 0
    for part in parts:
        for outcome in part.outcomes:
            earlier = trials.setdefault((outcome.variant, outcome.seed), outcome)
            if earlier is not outcome:
                twice += 1
                if outcome.is_result and not earlier.is_result:
                    trials[outcome.variant, outcome.seed] = outcome
    if twice:
        notes.append(f"In several stores: {plural(twice, 'trial')}; the first store named counts.")
    commands = dict.fromkeys(each.command for each in protocols if each.command)
    seeds = dict.fromkeys(seed for each in protocols for seed in each.seeds)
    again = dict.fromkeys(seed for each in protocols for seed in each.again)
    joined = dataclasses.replace(
        first.protocol,
        seeds=tuple(seeds),
        again=tuple(seed for seed in again if seed not in seeds),
        variants=_union([each.variants for each in protocols]),
        schedules=_union([each.schedules for each in protocols]),
        rates=_union([each.rates for each in protocols]),
        environment=_environment([each.environment for each in protocols]),
        command="; ".join(commands) or None,
    )
    return joined.result(trials.values())


def _union(each: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {name: item for items in each for name, item in items.items()}


def _environment(each: Sequence[dict[str, str]]) -> dict[str, str]:
    names = dict.fromkeys(name for items in each for name in items)
    return {
        name: "; ".join(dict.fromkeys(items[name] for items in each if name in items))
        for name in names
    }


def _check_same(first: _Part, other: _Part) -> None:
    one, two = first.protocol, other.protocol
    for field in dataclasses.fields(Protocol):
        if field.name in _JOINED:
            continue
        values = getattr(one, field.name), getattr(two, field.name)
        if values[0] != values[1]:
            what = "the task's code or data" if field.name == "task_key" else field.name
            shown = "" if field.name == "task_key" else f": {values[0]!r} and {values[1]!r}"
            raise ValueError(_apart(first, other, f"{what}{shown}"))
    for name in one.variants.keys() & two.variants.keys():
        if one.variants[name] != two.variants[name]:
            pair = f"{one.schedules[name]} and {two.schedules[name]}"
            same = one.schedules[name] == two.schedules[name]
            what = "the code of its optimizer or callbacks" if same else pair
            raise ValueError(_apart(first, other, f"what is called {name!r}: {what}"))


def _apart(first: _Part, other: _Part, what: str) -> str:
    return (
        f"The comparisons in {first.place} and {other.place} don't go together. They differ in "
        f"{what}. Report each store alone."
    )

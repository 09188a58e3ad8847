"""Cases in which no rate is the answer, each with the reason that a range test has to give."""

import dataclasses
from collections.abc import Callable, Sequence

import _find_tasks
import keras
import numpy as np
from _find_tasks import CELLS, Cell

import paceline
from paceline.trials import set_threads


@dataclasses.dataclass(frozen=True, kw_only=True)
class Case:
    """A cell that has been spoilt in one way."""

    kind: str
    cell: Cell
    seed: int
    number: int
    """Of the cell: even and odd ones are spoilt in two ways."""


EXPECTED = {
    "flat curve": "flat",
    "NaN data": "not_the_rate",
    "NaN model": "not_the_rate",
    "range too low": "low",
    "range too high": "high",
}
RANGES = {
    "range too low": {"low": 1e-12, "high": 1e-9},
    "range too high": {"low": 1e3, "high": 1e6},
}
CHOSEN = (0, 3, 4, 7, 8, 11, 12, 15, 1, 6)
"""Each model with each optimizer, the batch sizes in turn."""


def cases(count: int, seeds: Sequence[int]) -> list[list[Case]]:
    """Return `count` cases of each kind, those of one cell together."""
    chosen = [CELLS[each] for each in CHOSEN if _find_tasks.is_possible(CELLS[each].model)]
    return [
        [
            Case(
                kind=kind,
                cell=chosen[number % len(chosen)],
                seed=seeds[number % len(seeds)],
                number=number,
            )
            for kind in EXPECTED
        ]
        for number in range(count)
    ]


def wrong(group: Sequence[Case]) -> list[str]:
    """Return a sentence for each case in which `find` did not say what is wrong."""
    set_threads(1)
    found = []
    for case in group:
        result = paceline.find(_spoilt(case), seed=case.seed, **RANGES.get(case.kind, {}))
        expected = EXPECTED[case.kind]
        if result.suggestion is not None or result.problem != expected:
            found.append(
                f"{case.kind}, {case.cell}, seed {case.seed}: expected None for {expected!r}, got "
                f"{result.suggestion} for {result.problem!r} ({result.reason})"
            )
        keras.utils.clear_session()
    return found


def _spoilt(case: Case) -> paceline.Task:
    task = _find_tasks.task(case.cell)
    if case.kind == "flat curve":
        if case.number < 8:
            return dataclasses.replace(task, model=_without_output(task.model))
        weights = np.zeros(task.train.samples, dtype="float32")
        return dataclasses.replace(task, train=(*task.train.parts, weights))
    if case.kind == "NaN data":
        return dataclasses.replace(task, train=_with_nan(task, 1.0 if case.number % 2 else 0.05))
    if case.kind == "NaN model":
        return dataclasses.replace(task, model=_with_nan_bias(task.model))
    return task


def _without_output(build: Callable[[], keras.Model]) -> Callable[[], keras.Model]:
    """Return a model whose logits are all 0, so that every gradient is 0."""

    def model() -> keras.Model:
        inner = build()
        return keras.Model(inner.inputs, keras.layers.Rescaling(0.0)(inner.outputs[0]))

    return model


def _with_nan_bias(build: Callable[[], keras.Model]) -> Callable[[], keras.Model]:
    def model() -> keras.Model:
        made = build()
        bias = made.layers[-1].bias
        bias.assign(keras.ops.full(bias.shape, float("nan")))
        return made

    return model


def _with_nan(task: paceline.Task, share: float) -> tuple[np.ndarray, ...]:
    """Return the training data with NaN in a share of the samples; in text, in their weights."""
    x, y = task.train.parts
    spoilt = np.random.default_rng(0).random(len(x)) < share
    if x.dtype.kind == "i":
        return x, y, np.where(spoilt[:, None], np.nan, np.ones_like(y)).astype("float32")
    x = x.copy()
    x.reshape(len(x), -1)[spoilt, 0] = np.nan
    return x, y

"""How large a rate may be: the learning-rate range test."""

import contextlib
import dataclasses
import math
from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np
import rich.console
import rich.progress

from paceline.callbacks._snapshot import copied
from paceline.health._resume import check_model
from paceline.optimizers import Steered
from paceline.optimizers._inside import inside_scaling
from paceline.optimizers._value import value_of
from paceline.range_test._batches import Batch, batches_of
from paceline.range_test._curve import RangeTestResult
from paceline.range_test._replayed import FINE, not_the_rate, replayed
from paceline.range_test._swept import UPDATES, swept
from paceline.range_test._words import is_unreliable
from paceline.schedules import _checks
from paceline.trials import TaskError, TaskSource, check_uses_rate, resolve_task
from paceline.trials._build import build
from paceline.trials._check import check_labels
from paceline.trials._data import Arrays, as_arrays, is_arrays
from paceline.trials._errors import reason
from paceline.trials._given_rate import GivenRate
from paceline.trials._replay import Replay, replaying
from paceline.trials._seeds import Seeds
from paceline.trials._untouched import randomness_kept

_METHODS = ("replay", "sweep")
_UPDATES_OF = {"replay": FINE, "sweep": UPDATES}
_RUNS_OF = {"replay": 14, "sweep": 1}


def find(
    source: TaskSource | keras.Model,
    x: Any = None,
    y: Any = None,
    *,
    sample_weight: Any = None,
    batch_size: int | None = None,
    method: str = "replay",
    low: float = 1e-6,
    high: float = 10.0,
    repeats: int = 1,
    seed: int = 0,
    verbose: bool = True,
) -> RangeTestResult:
    """Return how large a rate may be for a task or a compiled model, and how sure that is.

    Replay: each of 8 rates, a decade apart, trains 10 updates from the same start on the same
    batches, and a probe of 256 training samples is measured; then 5 rates around the best train 40
    updates each. The suggestion is the vertex of the parabola through the best three in
    log10(rate); for SGD whose momentum mu begins at 0, times 1 - mu*(1 - mu^40)/(40*(1 - mu)).
    There is none where no rate lowers the probe loss by 1 % of its size, where the best lies at an
    end of the range (after it was widened once), and where the loss is not finite whatever the
    rate. It is the peak for a schedule that decays to 0.

    A sweep is the classical test: 200 updates whose rate rises from `low` to `high`.

    Everything is afterwards as it was, also after Ctrl-C: weights, the optimizer's state and step,
    moving statistics, random numbers, metrics, the order of the data.

    Args:
        source: a `Task` or a function that makes one; or a compiled model, tested from the state
            that it is in.
        x: with a model, its inputs, or a data set: `tf.data`, `PyDataset`, a PyTorch `DataLoader`.
        y: with a model, its targets.
        sample_weight: with a model, a weight for each sample.
        batch_size: with a model and arrays, samples a batch.
        method: "replay" or "sweep".
        low: the smallest rate, above 0.
        high: the largest rate, above `low`.
        repeats: how often to test, on other batches (with a task, from other initial weights too);
            the suggestion is their median in log10(rate).
        seed: fixes the initial weights of a task and the batches.
        verbose: whether to show progress on a terminal.

    Raises:
        TypeError: no task and no model; an argument of another type.
        ValueError: a number out of its range; a model that is not built or compiled.
        TaskError: data or labels that the model can't be trained on, a task whose optimizer
            ignores its rate.

    Example:
        >>> import keras, numpy as np, paceline
        >>> model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
        >>> model.compile(keras.optimizers.SGD(), "mse")
        >>> x = np.random.default_rng(0).normal(size=(320, 4))
        >>> curve = find(model, x, x.sum(axis=1), batch_size=16)
        >>> 0.05 < curve.suggestion.rate < 0.5, curve.suggestion.strength
        (True, 'strong')

    Source: for the sweep, Smith, "Cyclical Learning Rates for Training Neural Networks", 2017,
    section 3.3.
    """
    _checks.choice(method, owner="find", name="method", known=_METHODS)
    fix = "Give the ends of the range, such as low=1e-6, high=10."
    low = _checks.above_zero(low, owner="find", name="low", fix=fix)
    high = _checks.above_zero(high, owner="find", name="high", fix=fix)
    if low >= high:
        raise ValueError(f"find needs low below high; got low={low:g}, high={high:g}. {fix}")
    fix = "It counts tests, such as 3."
    repeats = _checks.count(repeats, owner="find", name="repeats", fix=fix)
    seed = _checks.count(seed, owner="find", name="seed", least=0, fix="It is a whole number.")
    given = _given(source, x, y, sample_weight, batch_size)
    with randomness_kept(), _progress(method, repeats, shown=verbose) as told:
        results = [
            _test(given(seed + number), method, low, high, told) for number in range(repeats)
        ]
    return _median(results)


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Subject:
    """A compiled model, the data that it trains on, and the seed of its batches."""

    model: Any
    data: Any
    batch_size: int | None
    seed: int


def _given(
    source: Any, x: Any, y: Any, sample_weight: Any, batch_size: int | None
) -> Callable[[int], _Subject]:
    """Return what makes the subject of a seed."""
    if not isinstance(source, keras.Model):
        if any(each is not None for each in (x, y, sample_weight, batch_size)):
            raise TypeError(
                "find needs x, y, sample_weight and batch_size with a compiled model only; got "
                f"them with {source!r}. A task has its own data."
            )
        task = resolve_task(source)
        check_uses_rate(task.optimizer)

        def of_task(seed: int) -> _Subject:
            model = build(task, Seeds(seed), task.optimizer, GivenRate())
            return _Subject(model=model, data=task.train, batch_size=task.batch_size, seed=seed)

        return of_task
    check_model(source, owner="find")
    if x is None:
        raise TypeError("find needs x, the training data; got x=None. Write find(model, x, y).")
    if hasattr(x, "__next__"):
        raise TaskError(
            f"find needs data that can be read again; got a {type(x).__name__}, which can be read "
            "only once. Wrap it in a keras.utils.PyDataset or tf.data.Dataset.from_generator."
        )
    parts = (x, y, sample_weight)
    if is_arrays(parts) or is_arrays((x,)):
        size = _checks.count(
            batch_size, owner="find", name="batch_size", fix="Give 64, say, as in fit."
        )
        data: Any = as_arrays(parts, name="training")
    elif y is not None or sample_weight is not None or batch_size is not None:
        raise TypeError(
            f"find needs x alone where it is a data set; got x={type(x).__name__} and more. The "
            "data set has its own targets, weights and batches."
        )
    else:
        size, data = None, x
    return lambda seed: _Subject(model=source, data=data, batch_size=size, seed=seed)


def _test(
    subject: _Subject, method: str, low: float, high: float, told: Callable[[str], None]
) -> RangeTestResult:
    model = subject.model
    inside = inside_scaling(model.optimizer)
    micro = inside.gradient_accumulation_steps or 1
    batches, probe = batches_of(
        subject.data,
        batch_size=subject.batch_size,
        count=_UPDATES_OF[method] * micro,
        seed=subject.seed,
    )
    try:
        _build(model, batches[0])
        known = [subject.data.parts] if isinstance(subject.data, Arrays) else [*batches, probe]
        for parts in known:
            check_labels(model, model.loss, parts, name="training")
        if lost := _not_finite(model, batches, probe):
            return not_the_rate(lost)
        with replaying(model, batches, probe) as engine:
            momentum = _momentum(model.optimizer)
            if method == "sweep":
                told(f"{UPDATES} updates")
                return swept(engine.sweep, engine.replay, low=low, high=high, momentum=momentum)
            is_cold = int(value_of(model.optimizer.iterations)) == 0
            factor = _warm_factor(momentum) if is_cold else 1.0
            return replayed(_telling(engine, told), low=low, high=high, warm_factor=factor)
    except TaskError:
        raise
    except Exception as error:
        raise TaskError(
            f"find can't train the model on its data: {type(error).__name__}: {reason(error)}. "
            "Look whether fit can: model.fit on one batch says more."
        ) from error


def _build(model: Any, batch: Batch) -> None:
    if not model.built:
        model(keras.tree.map_structure(lambda part: part[:1], batch[0]))


def _not_finite(model: Any, batches: list[Batch], probe: Batch) -> str:
    """Return what is not finite before any update; some layers would hide it, and learn nothing."""
    for variable in model.weights:
        if not np.isfinite(copied(variable)).all():
            return f"The weight {variable.path} is not finite. Load or make the weights anew."
    for number, batch in enumerate([*batches, probe]):
        for path, part in keras.tree.flatten_with_path(batch):
            if part.dtype.kind == "f" and not np.isfinite(part).all():
                which = "probe" if number == len(batches) else f"batch {number}"
                what = ("x", "y", "sample_weight")[path[0]]
                return (
                    f"The data are not finite: {what} of {which} holds NaN or infinity. Leave such "
                    "samples out, or replace the values."
                )
    return ""


def _telling(engine: Replay, told: Callable[[str], None]) -> Callable[[float, int], float]:
    def replay(rate: float, updates: int) -> float:
        told(f"{updates} updates at {rate:.3g}")
        return engine.replay(rate, updates)

    return replay


def _momentum(optimizer: Any) -> float:
    """Return the momentum of Keras' SGD, whose velocity holds the rate; of others 0."""
    inside = inside_scaling(optimizer)
    inside = inside.optimizer if isinstance(inside, Steered) else inside
    return float(inside.momentum) if isinstance(inside, keras.optimizers.SGD) else 0.0


def _warm_factor(momentum: float) -> float:
    """Return the mean size of an update under cold momentum, as a factor of a warm one's."""
    return 1 - momentum * (1 - momentum**FINE) / (FINE * (1 - momentum))


def _median(results: list[RangeTestResult]) -> RangeTestResult:
    """Return the first result with the median suggestion of all, and how far they are apart."""
    found = [each for each in results if each.suggestion is not None]
    if len(results) == 1:
        return results[0]
    repeats = tuple(each.repeats[0] for each in results)
    if 2 * len(found) <= len(results):
        none = next(each for each in results if each.suggestion is None)
        most = f"{len(results) - len(found)} of {len(results)} repeats suggest none. "
        return dataclasses.replace(
            none, repeats=repeats, reason=(most if found else "") + none.reason
        )
    logs = [math.log10(each.suggestion.rate) for each in found if each.suggestion]
    middle = float(10 ** np.median(logs))
    closest = min(found, key=lambda each: abs(math.log10(each.repeats[0] / middle)))
    suggestion = closest.suggestion
    assert suggestion is not None
    shift = middle / suggestion.rate
    result = dataclasses.replace(
        closest,
        repeats=repeats,
        suggestion=dataclasses.replace(
            suggestion,
            rate=middle,
            low=suggestion.low * shift,
            high=suggestion.high * shift,
        ),
    )
    if is_unreliable(result):
        words = ["Test with larger batches, or compare a few peaks.", result.reason]
        result = dataclasses.replace(result, reason=" ".join(filter(None, words)))
    return result


@contextlib.contextmanager
def _progress(method: str, repeats: int, *, shown: bool) -> Iterator[Callable[[str], None]]:
    console = rich.console.Console(stderr=True)
    columns = (
        rich.progress.TextColumn("find: {task.description}", markup=False),
        rich.progress.BarColumn(bar_width=16),
        rich.progress.TimeElapsedColumn(),
    )
    disabled = not (shown and console.is_terminal)
    with rich.progress.Progress(*columns, console=console, transient=True, disable=disabled) as bar:
        task = bar.add_task("tracing", total=_RUNS_OF[method] * repeats)

        def told(what: str) -> None:
            bar.update(task, advance=1, description=what)

        yield told

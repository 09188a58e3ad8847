"""Every row of docs/how_to/migrate.md: the other library's rates, and where they differ, how."""

import ast
import dataclasses
import functools
import importlib.util
import inspect
import json
import os
import re
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import pytest
from schedules.peers.running import rates_of

import paceline.schedules
from paceline.schedules import Exponential, cosine, from_keras, parse_schedule, per_epoch

# Keras' own, when it reads the rate of its optimizer
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

HERE = Path(__file__).parent
HOW_TO = HERE.parents[1] / "docs" / "how_to"
BACKEND = keras.backend.backend()

RECORDED = {
    "TensorFlow Addons": "tensorflow_addons",
    "PyTorch": "torch",
    "timm": "timm",
    "Transformers": "transformers",
    "fastai": "fastai",
}
FLOAT64 = ("PyTorch", "timm", "Transformers")
"""The libraries that compute in float64; the others do in float32, in a part at least."""

EXACT, ROUNDED = 1e-12, 5e-7  # of the peak
HORIZON, BEYOND = 150, 50
FAR = {
    "keras.optimizers.schedules.CosineDecayRestarts(0.1, 1000, t_mul=2.0)": np.arange(
        4_094_990, 4_095_010
    )
}
"""Steps to look at besides the first."""

HEADER = ["| theirs | Paceline | what differs |", "|---|---|---|"]
CELLS = re.compile(r"\| `([^`|]+)` \| (?:`([^`|]+)`|–) \| ([^|]+) \|")


@dataclasses.dataclass(frozen=True)
class Row:
    library: str
    theirs: str
    ours: str
    differs: str

    @property
    def schedule(self):
        return schedule_of(self.ours)

    @property
    def same(self):
        return self.differs.startswith("nothing")


def rows_of_the_page():
    page = (HOW_TO / "migrate.md").read_text(encoding="utf-8")
    for section in page.split("\n## ")[1:]:
        library, *lines = section.splitlines()
        table = [line for line in lines if line.startswith("|")]
        assert table[:2] == HEADER, library
        for line in table[2:]:
            found = CELLS.fullmatch(line)
            assert found, line
            yield Row(library, found[1], found[2] or "", found[3])


@functools.cache
def schedule_of(text):
    try:
        return parse_schedule(text)
    except ValueError:
        return eval(text, vars(paceline.schedules).copy())


@functools.cache
def recorded(package):
    text = (HERE / "peers" / f"{package}.json").read_text(encoding="utf-8")
    return {row["call"]: np.array(row["rates"]) for row in json.loads(text)["rows"]}


ROWS = list(rows_of_the_page())
WITH_RATES = [row for row in ROWS if row.ours]
IDS = [f"{row.library}: {row.theirs} = {row.ours}" for row in WITH_RATES]


# The rates of the other libraries


@functools.cache
def their_rates(library, call):
    """Return steps, and the rate that the other library gives to each."""
    if library in RECORDED:
        rates = recorded(RECORDED[library])[call]
        return np.arange(len(rates)), rates
    steps = np.arange(HORIZON + BEYOND)
    if library == "optax":
        return steps, rates_in_optax(call, steps)
    made = eval(call, {"keras": keras})
    if isinstance(made, keras.callbacks.Callback):
        rates = rates_in_a_fit(made, epochs=5, batches=20)
    elif isinstance(made, keras.optimizers.Optimizer):
        rates, _ = drive(made, updates=120)
    else:
        steps = np.concatenate([steps, FAR.get(call, [])]).astype(int)
        rates = one_by_one(made, steps)
    return steps[: len(rates)], np.array(rates, dtype=float)


def one_by_one(schedule, steps):
    """Return the rates as a training gets them: one step each, compiled where Keras compiles."""
    if BACKEND == "tensorflow":
        import tensorflow as tf

        compiled = tf.function(
            lambda each: tf.map_fn(schedule, each, fn_output_signature=tf.float32),
            autograph=False,
        )
        return compiled(tf.constant(steps)).numpy()
    if BACKEND == "jax":
        import jax

        return np.asarray(jax.jit(lambda each: jax.lax.map(schedule, each))(np.int32(steps)))
    return np.array([float(schedule(keras.ops.convert_to_tensor(int(step)))) for step in steps])


def rates_in_optax(call, steps):
    import jax
    import optax

    schedule = eval(call, {"optax": optax})
    return np.array(jax.jit(jax.vmap(schedule))(steps.astype(np.int32)), dtype=float)


def rates_in_a_fit(callback, epochs, batches):
    rates = []

    class Record(keras.callbacks.Callback):
        def on_train_batch_begin(self, batch, logs=None):
            rates.append(float(self.model.optimizer.learning_rate))

    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.1), loss="mse")
    x = np.zeros((batches, 1), dtype="float32")
    model.fit(x, x, batch_size=1, epochs=epochs, verbose=0, callbacks=[callback, Record()])
    return rates


def drive(optimizer, updates):
    """Return the optimizer's rate before each call, and by how much each changed the weight."""
    weight = keras.Variable(0.0)
    optimizer.build([weight])
    gradient = keras.ops.convert_to_tensor(1.0)
    rates, weights = [], [0.0]
    for _ in range(updates):
        rates.append(float(optimizer.learning_rate))
        optimizer.apply([gradient])
        weights.append(float(weight))
    return np.array(rates), -np.diff(weights)


# What differs. Each function shows it and returns the steps at which the rates are not the same.


def only_the_warmup(row, theirs, ours):
    ramp, peak = row.schedule.parts[0].steps, ours.max()
    assert f"1/{ramp + 1} of the peak" in row.differs
    step = np.arange(ramp)
    assert theirs[0] == 0
    np.testing.assert_allclose(theirs[:ramp], peak * step / ramp, atol=ROUNDED * peak)
    np.testing.assert_allclose(ours[:ramp], peak * (step + 1) / (ramp + 1), atol=ROUNDED * peak)
    return step


def climbs_back(row, theirs, ours):
    end = row.schedule.length
    assert len(theirs) > end + BEYOND
    assert np.all(np.diff(theirs[end:]) > 0)
    assert np.all(ours[end:] == ours[end])
    return np.arange(end + 1, len(theirs))


def climbs_again_at_the_end(row, theirs, ours):
    assert len(theirs) == 101
    assert theirs[100] > theirs[99]
    assert ours[100] == ours[99]
    return [100]


def is_negative_at_the_end(row, theirs, ours):
    assert len(theirs) == 101
    assert theirs[100] < 0 < ours[100] == ours[99]
    return [100]


def counts_both_ends_in(row, theirs, ours):
    assert [np.argmax(theirs), np.argmax(ours)] == [29, 30]
    assert theirs[99] == pytest.approx(4e-7)
    assert ours[99] > 1e-5
    assert ours[100] == pytest.approx(4e-7)
    return range(1, 101)


def changes_one_step_late(row, theirs, ours):
    for boundary in row.schedule.boundaries:
        assert theirs[boundary] == theirs[boundary - 1]
        assert theirs[boundary + 1] == pytest.approx(ours[boundary])
        assert str(boundary + 1) in row.differs
    return row.schedule.boundaries


def changes_one_step_early(row, theirs, ours):
    for boundary in row.schedule.boundaries:
        assert theirs[boundary - 1] == pytest.approx(ours[boundary])
        assert str(boundary - 1) in row.differs
    return [boundary - 1 for boundary in row.schedule.boundaries]


def restarts_in_float32(row, theirs, ours):
    steps, _ = their_rates(row.library, row.theirs)
    early = np.flatnonzero((theirs > 0.05) & (steps > 4_094_000) & (steps < 4_095_000))
    assert list(steps[early]) in ([4_094_999], [4_094_998, 4_094_999])
    np.testing.assert_allclose(theirs[early], 0.1, atol=1e-8)
    np.testing.assert_allclose(ours[early], 0.0, atol=1e-8)
    assert ours[steps == 4_095_000] == 0.1
    eager = eval(row.theirs, {"keras": keras})(keras.ops.convert_to_tensor(4_094_999))
    assert float(eager) == pytest.approx(0.1)
    return early


def has_cycles_without_whole_ends(row, theirs, ours):
    starts = [9, 23, 43, 74, 119, 188]  # ceil of 9, 22.5, 42.75, 73.1, 118.7, 187.03
    for rates in (theirs, ours):
        assert list(np.flatnonzero(np.diff(rates) > 0) + 1) == starts
    np.testing.assert_array_equal(ours[starts], 0.1)
    assert np.all(theirs[starts[1:]] < 0.1)
    assert np.abs(theirs - ours).max() < 0.04 * 0.1
    return range(10, len(theirs))


def asks_at_every_micro_batch(row, theirs, ours):
    by_update = cosine(peak=0.1, steps=100)
    calls = np.arange(len(theirs))
    np.testing.assert_allclose(theirs, by_update(calls), atol=ROUNDED * 0.1)
    np.testing.assert_allclose(ours, by_update(calls // 4), atol=EXACT)
    assert theirs[4 * 25] == 0
    assert ours[4 * 25] > 0.08
    return calls[1:]


def has_float32_shares(row, theirs, ours):
    assert theirs[60] < 1e-12
    assert ours[60] == 0.1
    return [60]


DIFFERENCES: dict[str, Callable] = {
    "only the warm-up": only_the_warmup,
    "climbs back": climbs_back,
    "climbs again": climbs_again_at_the_end,
    "rate is negative": is_negative_at_the_end,
    "counts both ends in": counts_both_ends_in,
    "one step late": changes_one_step_late,
    "one step early": changes_one_step_early,
    "restarts in float32": restarts_in_float32,
    "no whole ends": has_cycles_without_whole_ends,
    "at every micro-batch": asks_at_every_micro_batch,
    "its shares are float32": has_float32_shares,
}
"""By the words of the page that say what differs."""


def difference_of(row):
    (words,) = [words for words in DIFFERENCES if words in row.differs]
    return DIFFERENCES[words]


@pytest.mark.parametrize("row", WITH_RATES, ids=IDS)
def test_the_rates_are_theirs_but_for_what_the_page_says(row):
    steps, theirs = their_rates(row.library, row.theirs)
    ours = row.schedule(steps)
    if row.theirs.startswith(("keras.optimizers.schedules", "optax")):
        assert len(steps) >= (row.schedule.length or 0) + BEYOND
    tolerance = (EXACT if row.library in FLOAT64 else ROUNDED) * ours.max()
    same = np.ones(len(steps), dtype=bool)
    if not row.same:
        same[list(difference_of(row)(row, theirs, ours))] = False
    np.testing.assert_allclose(ours[same], theirs[same], rtol=0, atol=tolerance)
    assert np.all(np.abs(ours - theirs)[~same] > tolerance)
    if row.schedule.length is not None:
        after = row.schedule(row.schedule.length + np.arange(BEYOND))
        assert np.all(after == after[0])


# Ours in the graph


def graph_rates(schedule, steps):
    """Yield the rates of all steps at once, for each type of step, and of each step alone."""
    for dtype in ("int32",) if BACKEND == "jax" else ("int32", "int64"):
        rates = schedule(keras.ops.convert_to_tensor(steps.astype(dtype)))
        yield keras.ops.convert_to_numpy(rates)
    yield one_by_one(schedule, steps)


@pytest.mark.parametrize("text", dict.fromkeys(row.ours for row in WITH_RATES))
def test_a_graph_computes_the_same_rates(text):
    schedule = schedule_of(text)
    far = [FAR[row.theirs] for row in WITH_RATES if row.ours == text and row.theirs in FAR]
    steps = np.concatenate([np.arange(HORIZON), *far])
    expected = schedule(steps)
    for rates in graph_rates(schedule, steps):
        np.testing.assert_allclose(rates, expected, rtol=0, atol=ROUNDED * expected.max())
        assert rates.min() >= 0


@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_the_page_holds_on_the_other_backends_too(backend):
    if importlib.util.find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed")
    if BACKEND != "tensorflow":
        pytest.skip("the run on TensorFlow starts those on the other backends")
    own = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", Path(__file__).name]
    done = subprocess.run(
        [*own, "-k", "(keras or graph) and not accumulat"],  # which takes JAX half a minute
        cwd=HERE,
        env=os.environ | {"KERAS_BACKEND": backend},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert " passed" in done.stdout


# What the page must hold


@pytest.mark.parametrize("package", RECORDED.values())
def test_what_was_recorded_is_what_the_library_gives(package):
    if importlib.util.find_spec(package) is None:
        pytest.skip(f"{package} is not installed; its recorded rates were compared")
    for call, rates in recorded(package).items():
        with warnings.catch_warnings(action="ignore"):
            real = rates_of(package, call, len(rates))
        np.testing.assert_allclose(real, rates, rtol=0, atol=EXACT, err_msg=call)


def calls_in(text):
    """Yield the name of everything that is called, and its arguments, by place and by name."""
    for node in ast.walk(ast.parse(text, mode="eval")):
        if isinstance(node, ast.Call):
            named = {word.arg: getattr(word.value, "value", None) for word in node.keywords}
            yield ast.unparse(node.func).rpartition(".")[2], len(node.args), named


@pytest.mark.parametrize("library", RECORDED)
def test_every_scheduler_that_was_recorded_has_a_row_and_so_has_each_argument(library):
    def said(calls):
        return {
            (name, argument, value if isinstance(value, str) else None)
            for call in calls
            for name, _, named in calls_in(call)
            for argument, value in {"": None, **named}.items()
        }

    shown = {row.theirs for row in WITH_RATES if row.library == library}
    assert shown <= set(recorded(RECORDED[library]))
    missing = said(recorded(RECORDED[library])) - said(shown)
    assert not {each for each in missing if each[1] != "cycle_momentum"}


def keras_schedules():
    room = keras.optimizers.schedules
    return {
        name: made
        for name, made in vars(room).items()
        if isinstance(made, type) and made is not room.LearningRateSchedule
    }


def optax_schedules():
    import optax

    return {
        name: made
        for name, made in vars(optax.schedules).items()
        if inspect.isfunction(made) and not name.startswith("inject_")
    }


@pytest.mark.parametrize(
    ("library", "schedules", "least"),
    [("Keras", keras_schedules, 6), ("optax", optax_schedules, 14)],
)
def test_every_schedule_has_a_row_and_so_has_each_of_its_arguments(library, schedules, least):
    known = schedules()
    assert len(known) >= least
    wanted = {
        (name, argument)
        for name, made in known.items()
        for argument in inspect.signature(made).parameters
        if argument != "name"
    }
    given = set()
    for row in ROWS:
        for name, places, named in calls_in(row.theirs) if row.library == library else ():
            if name in known:
                bound = inspect.signature(known[name]).bind(*[None] * places, **named)
                given |= {(name, argument) for argument in bound.arguments}
    assert wanted == given


def test_each_difference_that_is_shown_stands_in_the_page():
    shown = {difference_of(row) for row in WITH_RATES if not row.same}
    assert shown == set(DIFFERENCES.values())
    assert all("follows a metric" in row.differs for row in ROWS if not row.ours)


def test_the_expressions_are_those_of_the_command_line_but_for_functions():
    for row in WITH_RATES:
        if not re.search(r"\b(Lambda|from_epochs|float)\(", row.ours):
            assert parse_schedule(row.ours) == eval(row.ours, vars(paceline.schedules).copy())


# What the page says beside its tables


def test_from_keras_makes_the_expression_of_a_row():
    calls = {row.theirs for row in ROWS if row.theirs.startswith("keras.optimizers.schedules")}
    for call in calls:
        steps, _ = their_rates("Keras", call)
        made = from_keras(eval(call, {"keras": keras}))(steps)
        rows = [row.schedule(steps) for row in WITH_RATES if row.theirs == call]
        assert any(np.allclose(made, ours, rtol=0, atol=EXACT) for ours in rows), call


def test_per_epoch_is_a_scheduler_that_steps_after_every_epoch():
    for row in WITH_RATES:
        if row.library in ("PyTorch", "timm") and row.same:
            _, theirs = their_rates(row.library, row.theirs)
            ours = per_epoch(row.schedule, steps_per_epoch=3)(np.arange(3 * len(theirs)))
            np.testing.assert_allclose(ours, np.repeat(theirs, 3), rtol=0, atol=EXACT)


def test_a_schedule_is_serialized_as_theirs_are():
    own, ours = keras.optimizers.schedules, Exponential(start=0.1, factor=0.5, every=20)
    assert isinstance(ours, own.LearningRateSchedule)
    assert own.deserialize(own.serialize(ours)) == ours


def test_keras_accumulates_gradients_at_the_pace_of_the_updates():
    by_update = cosine(peak=0.1, steps=100)
    slow = keras.optimizers.SGD(by_update.accumulated(4), gradient_accumulation_steps=4)
    _, changes = drive(slow, updates=120)
    made = np.arange(120) % 4 == 3
    np.testing.assert_allclose(changes[made], by_update(np.arange(30)), atol=1e-6)
    assert not changes[~made].any()
    own = keras.optimizers.schedules.CosineDecay(0.1, 100)
    _, changes = drive(keras.optimizers.SGD(own, gradient_accumulation_steps=4), updates=120)
    assert changes[made][24] > 0
    assert not changes[made][25:].any()


def test_keras_refuses_the_plateau_callback_beside_any_schedule():
    def fit(rate):
        model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
        model.compile(keras.optimizers.SGD(rate), loss="mse")
        x = np.zeros((4, 1), dtype="float32")
        plateau = keras.callbacks.ReduceLROnPlateau(monitor="loss", factor=0.5, patience=2)
        model.fit(x, x, epochs=4, verbose=0, callbacks=[plateau])
        return float(model.optimizer.learning_rate)

    for schedule in (keras.optimizers.schedules.CosineDecay(0.1, 100), cosine(peak=0.1, steps=100)):
        with pytest.raises(TypeError, match="LearningRateSchedule"):
            fit(schedule)
    assert fit(0.1) == pytest.approx(0.05)


def test_pytorch_asks_for_the_metric_of_a_plateau():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1)
    plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=2)
    with pytest.raises(TypeError, match="metrics"):
        plateau.step()

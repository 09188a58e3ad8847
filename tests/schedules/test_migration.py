"""Every row of docs/how_to/migrate.md: the other library's rates, and where they differ, how."""

import ast
import importlib.util
import inspect
import os
import re
import subprocess
import sys
import warnings
from pathlib import Path

import keras
import numpy as np
import pytest
from schedules.peers.differences import DIFFERENCES, difference_of
from schedules.peers.page import (
    BACKEND,
    BEYOND,
    EXACT,
    FAR,
    FLOAT64,
    HORIZON,
    IDS,
    RECORDED,
    ROUNDED,
    ROWS,
    WITH_RATES,
    drive,
    one_by_one,
    recorded,
    schedule_of,
    their_rates,
)
from schedules.peers.running import rates_of

import paceline.schedules
from paceline.schedules import Exponential, cosine, from_keras, parse_schedule, per_epoch

# Keras' own, when it reads the rate of its optimizer
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

HERE = Path(__file__).parent


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


@pytest.mark.slow
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

"""Every bad argument of every class and recipe: the message has the value and a way out."""

import inspect

import keras
import numpy as np
import pytest
from schedules import catalogue

import paceline.schedules
from paceline.schedules import (
    Chain,
    Constant,
    Cosine,
    Lambda,
    Linear,
    Piecewise,
    Scaled,
    Tabulated,
    parse_schedule,
    save_schedule,
    wsd,
)

FIXED = Constant(rate=1.0)


@pytest.mark.parametrize(("build", "arguments", "name"), catalogue.BAD)
def test_a_bad_argument_is_named_with_its_value_and_a_way_out(build, arguments, name):
    with pytest.raises((ValueError, TypeError)) as caught:
        build(**arguments)
    message = str(caught.value)
    value = arguments[name.partition("[")[0]]
    if "[" in name:
        value = value[int(name.rstrip("]").partition("[")[2])]
    assert name in message
    assert repr(value) in message
    assert " needs " in message
    assert message.rstrip().endswith(".")
    assert message.count(". ") >= 1, "no way out"
    assert "1000000000000" not in message.replace(repr(value), "")


@pytest.mark.parametrize(
    ("make", "parts"),
    [
        (lambda: Linear(start=1, end=0, steps=0), ["got steps=0", "Constant(rate=...)"]),
        (lambda: FIXED >> FIXED, ["Nothing can follow", "never ends", "put it last"]),
        (
            lambda: Constant(rate=1, steps=5) >> 0.1,
            ["got parts[1]=0.1 (float)", "Constant(rate=..."],
        ),
        (lambda: Chain(parts=(FIXED,)), ["two or more parts", "Use it as it is"]),
        (lambda: Scaled(factor=1, schedule=3), ["got schedule=3", "Constant(rate=...)"]),
        (lambda: Piecewise(boundaries=(5,), rates=(1,)), ["got 1 rates", "Give 2 rates"]),
        (lambda: FIXED * FIXED, ["needs factor", "got factor=Constant"]),
        (lambda: np.arange(3) * FIXED, ["needs factor", "array([0, 1, 2])"]),
        (lambda: Lambda(function=3), ["got 3", "Constant(rate=...)"]),
        (lambda: Cosine(start=1, end=0, step=5), ["'step'", "Did you mean steps?"]),
        (lambda: Cosine(0.1), ["by name only", "got 0.1", "Cosine(start=..."]),
        (lambda: Cosine(start=1), ["Cosine needs end", "Cosine(start=..., end=..., "]),
        (lambda: Linear(start=1, end=0, steps=5) >> wsd(peak=1), ["wsd(..., steps=", ".over("]),
        (lambda: Tabulated(rates={0.1, 0.2}), ["(set)", "no order"]),
        (lambda: parse_schedule(3), ["got 3 (int)", "cosine(peak=1e-2)"]),
        (lambda: FIXED.accumulated(0), ["micro_batches=0", "gradient_accumulation_steps"]),
        (lambda: FIXED.table(steps=0), ["table needs steps > 0", "got steps=0"]),
        (lambda: FIXED.chart(steps=2.5), ["chart needs steps > 0", "got steps=2.5"]),
        (lambda: FIXED.area(), ["steps"]),
        (lambda: FIXED.area(steps=-1), ["area needs steps", "got steps=-1"]),
        (lambda: FIXED.delayed(0), ["delayed needs steps > 0", "got steps=0"]),
        (lambda: wsd(peek=1), ["'peek'", "Did you mean peak?", "wsd(peak=..., steps=None"]),
        (lambda: wsd(0.1), ["by name only", "got 0.1"]),
        (lambda: wsd(), ["wsd needs peak", "wsd(peak=..., "]),
        (lambda: FIXED(2.5), ["whole number", "got 2.5", "np.arange(1000)"]),
        (lambda: FIXED(True), ["whole number", "got True"]),
        (lambda: FIXED("3"), ["whole number", "got '3'"]),
        (lambda: FIXED(np.array([0.5])), ["whole number", "got array([0.5])"]),
        (lambda: FIXED(keras.ops.convert_to_tensor(2.5)), ["whole number", "float32"]),
        (lambda: save_schedule(3, "x.json"), ["got 3", "Constant(rate=1e-3)"]),
    ],
)
def test_a_wrong_use_is_answered_with_the_value_and_a_way_out(make, parts):
    with pytest.raises((ValueError, TypeError)) as caught:
        make()
    for part in parts:
        assert part in str(caught.value)


CHECKED_ELSEWHERE = {
    "Recipe",
    "Schedule",
    "ScheduleTable",
    "TableRow",
    "from_keras",
    "load_schedule",
    "parse_schedule",
    "save_schedule",
}


@pytest.mark.parametrize("name", sorted(set(paceline.schedules.__all__) - CHECKED_ELSEWHERE))
def test_every_argument_has_values_that_it_refuses(name):
    build = getattr(paceline.schedules, name)
    if not callable(build) or not hasattr(build, "__name__"):
        pytest.skip("a type alias")
    tried = {argument.partition("[")[0] for each, _, argument in catalogue.BAD if each is build}
    assert set(inspect.signature(build).parameters) <= tried

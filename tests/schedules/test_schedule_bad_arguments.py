"""Every bad argument of every class and recipe: the message has the value and a way out."""

import keras
import numpy as np
import pytest

from paceline.schedules import (
    Chain,
    Constant,
    Cosine,
    Exponential,
    Lambda,
    Linear,
    Piecewise,
    Polynomial,
    Scaled,
    Tabulated,
    constant,
    cosine,
    exponential,
    linear,
    one_cycle,
    save_schedule,
    step_decay,
    wsd,
)

LINE = {"start": 1.0, "end": 0.0, "steps": 5}
STAIRS = {"start": 1.0, "factor": 0.5, "every": 5}
PIECES = {"boundaries": (5, 9), "rates": (1.0, 0.5, 0.1)}
FIXED = Constant(rate=1.0)
NAN, INF = float("nan"), float("inf")

BAD = [
    *((Constant, {"rate": bad}, "rate") for bad in (-1, NAN, INF, 1e39, 10**400, "a", None, True)),
    *((Constant, {"rate": 1, "steps": bad}, "steps") for bad in (0, -3, 2.0, 2**60, "a")),
    *(
        (segment, {**LINE, name: bad}, name)
        for segment in (Linear, Cosine, Polynomial)
        for name, bad in [("start", -1), ("end", NAN), ("steps", 0), ("steps", 0.5), ("steps", NAN)]
    ),
    *((Polynomial, {**LINE, "power": bad}, "power") for bad in (0, -1, NAN, "a")),
    *((Exponential, {**STAIRS, "factor": bad}, "factor") for bad in (0, 1.5, NAN, None)),
    *((Exponential, {**STAIRS, "every": bad}, "every") for bad in (0, 1.5)),
    *((Exponential, {**STAIRS, "staircase": bad}, "staircase") for bad in (1, "yes")),
    (Exponential, {**STAIRS, "start": -1}, "start"),
    (Exponential, {**STAIRS, "steps": -1}, "steps"),
    *((Piecewise, {**PIECES, "boundaries": bad}, "boundaries") for bad in (5, (), (9, 5), (5, 5))),
    (Piecewise, {**PIECES, "boundaries": (0, 5)}, "boundaries[0]"),
    (Piecewise, {**PIECES, "boundaries": (1, 2.5)}, "boundaries[1]"),
    (Piecewise, {**PIECES, "rates": (1.0, -0.5, 0.1)}, "rates[1]"),
    (Piecewise, {**PIECES, "rates": "abc"}, "rates"),
    *((Tabulated, {"rates": bad}, "rates") for bad in ((), 3, "abc")),
    (Tabulated, {"rates": (1, NAN)}, "rates[1]"),
    *((Scaled, {"factor": bad, "schedule": FIXED}, "factor") for bad in (-1, NAN, "a")),
    *((Chain, {"parts": bad}, "parts") for bad in ((), 3)),
    *((recipe, {"peak": bad}, "peak")
      for recipe in (constant, cosine, exponential, linear, one_cycle, step_decay, wsd)
      for bad in (-1, NAN, INF, "a", None, True)),
    *((recipe, {"peak": 1, "steps": bad}, "steps")
      for recipe in (constant, cosine, exponential, linear, one_cycle, step_decay, wsd)
      for bad in (0, -5, 0.5, 10.0, "a")),
    *((recipe, {"peak": 1, "warmup": bad}, "warmup")
      for recipe in (constant, cosine, exponential, linear, one_cycle, step_decay, wsd)
      for bad in (-1, -0.1, 1.0, 10.0, NAN, "a", None)),
    *((recipe, {"peak": 0.1, "floor": bad}, "floor")
      for recipe in (cosine, linear, wsd) for bad in (-1, 0.2, NAN)),
    (wsd, {"peak": 1, "steps": 100, "warmup": 60, "decay": 50}, "warmup"),
    (wsd, {"peak": 1, "warmup": 0.6, "decay": 0.5}, "decay"),
    *((exponential, {"peak": 1, "every": bad}, "every") for bad in (0, 0.0, 2.0)),
    (exponential, {"peak": 1, "steps": 100, "every": 0.001}, "every"),
    (exponential, {"peak": 1, "factor": 2}, "factor"),
    *((step_decay, {"peak": 1, "at": bad}, "at") for bad in (0.5, (), (0.5, 0.5), (0.7, 0.2))),
    (step_decay, {"peak": 1, "steps": 100, "at": (100,)}, "at"),
    (step_decay, {"peak": 1, "steps": 100, "at": (5,), "warmup": 10}, "at"),
    *((step_decay, {"peak": 1, "factor": bad}, "factor") for bad in (0, 2, NAN)),
    *((one_cycle, {"peak": 1, name: -0.5}, name) for name in ("start_factor", "end_factor")),
]  # fmt: skip


@pytest.mark.parametrize(("build", "arguments", "name"), BAD)
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
        (lambda: Constant(rate=1, steps=5) >> 0.1, ["got 0.1 (float)", "Constant(rate=..."]),
        (lambda: Chain(parts=(FIXED,)), ["two or more parts", "Use it as it is"]),
        (lambda: Scaled(factor=1, schedule=3), ["got 3", "Constant(rate=...)"]),
        (lambda: Piecewise(boundaries=(5,), rates=(1,)), ["got 1 rates", "Give 2 rates"]),
        (lambda: FIXED * FIXED, ["needs factor", "got factor=Constant"]),
        (lambda: np.arange(3) * FIXED, ["needs factor", "array([0, 1, 2])"]),
        (lambda: Lambda(function=3), ["got 3", "Constant(rate=...)"]),
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

import pytest

from paceline.schedules import Constant, Linear, Piecewise, Tabulated, parse_schedule, wsd

KNOWN = "Known are: Chain, Clipped, Constant, Cosine"


@pytest.mark.parametrize(
    ("text", "schedule"),
    [
        ("wsd(peak=3e-4, steps=10_000)", wsd(peak=3e-4, steps=10_000)),
        (" wsd(peak=1e-2) ", wsd(peak=1e-2)),
        ("0.5 * Constant(rate=2 * 1e-3)", 0.5 * Constant(rate=2e-3)),
        ("Constant(rate=1, steps=2**3 - 1) >> Constant(rate=1/4)",
         Constant(rate=1.0, steps=7) >> Constant(rate=0.25)),
        ("paceline.wsd(peak=1e-2)", wsd(peak=1e-2)),
        ("0.5 * paceline.schedules.Constant(rate=1, steps=3).clip(ceiling=0.9)",
         0.5 * Constant(rate=1, steps=3).clip(ceiling=0.9)),
        ("Tabulated(rates=[1e-05, 0.1])", Tabulated(rates=(1e-5, 0.1))),
        ("Piecewise(boundaries=(5,), rates=(1, 0))", Piecewise(boundaries=(5,), rates=(1, 0))),
        ("1e-05 * (0.5 * Linear(start=1, end=0, steps=3) >> Constant(rate=1))",
         1e-5 * (0.5 * Linear(start=1, end=0, steps=3) >> Constant(rate=1))),
    ],
)  # fmt: skip
def test_an_expression_is_read(text, schedule):
    assert parse_schedule(text) == schedule


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ('__import__("os")', ["__import__ is no schedule", KNOWN]),
        ("__import__", ["__import__ is no schedule", KNOWN]),
        ("foo", ["foo is no schedule", KNOWN]),
        ("paceline", ["paceline is no schedule", KNOWN]),
        ("keras.cosine(peak=1)", ["keras is no schedule"]),
        ("Lambda(function=1)", ["Lambda is no schedule"]),
        ("load_schedule(path=1)", ["load_schedule is no schedule"]),
        ("wsd", ["wsd must be called", "wsd(peak=..., steps=None, warmup=0.05"]),
        ("Linear", ["Linear must be called", "Linear(start=..., end=..., steps=...)"]),
        ("wsd(peek=1)", ["no argument 'peek'", "Did you mean peak?", "wsd(peak=..., steps=None"]),
        ("wsd(steps=3)", ["wsd needs peak", "wsd(peak=..., steps=None"]),
        ("wsd(1)", ["by name only", "wsd(peak=..., steps=None"]),
        ("wsd(**{})", ["** is not allowed"]),
        ("wsd(peak=1, peak=2)", ["peak is given twice"]),
        ("cosine(peak=1, steps=9).over(5, steps=7)", ["steps is given twice"]),
        ("cosine(peak=1, steps=9).save()", ["save is no method", "Known are"]),
        ("wsd(peak=nan)", ["wsd needs peak >= 0; got peak=nan"]),
        ("wsd(peak=-1)", ["wsd needs peak >= 0; got peak=-1"]),
        ("wsd(peak=inf)", ["got peak=inf"]),
        ("wsd(peak='a')", ["got peak='a' (str)"]),
        ("wsd(peak=1, steps=10**100)", ["steps <= 2**53", "got steps=1000"]),
        ("1 + 1", ["2 is no schedule", "constant(peak=1e-3)"]),
        ("(1,) * 10**9", ["arithmetic needs numbers; got (1,)"]),
        ("9**9**9", ["the exponent 387420489 is above 100"]),
        ("((9**100)**100)**100", ["above 1e300"]),
        ("Constant(rate=1/0)", ["division by zero"]),
        ("Constant(rate=1) >> 3", [">> needs a schedule on each side; got 3"]),
        ("Constant(rate=1) * Constant(rate=2)", ["Scaled needs factor >= 0"]),
        ("wsd(peak=1) >> Constant(rate=1)", ["does not know its horizon", "steps=10_000"]),
        ("os.system('x')", ["os is no schedule"]),
        ("(lambda: 1)()", ["is not allowed"]),
        ("[x for x in (1,)]", ["is not allowed"]),
        ("wsd(peak=1j)", ["'1j' is not allowed"]),
        ("", ["can't be read"]),
        ("wsd(peak=", ["can't be read", "never closed"]),
        ("-" * 5000 + "1", ["can't be read"]),
        ("\0", ["null bytes"]),
    ],
)  # fmt: skip
def test_what_is_no_schedule_is_refused_with_the_way_out(text, parts):
    with pytest.raises(ValueError, match=r"^The schedule ") as caught:
        parse_schedule(text)
    for part in parts:
        assert part in str(caught.value)
    assert "paceline." not in str(caught.value)
    assert len(str(caught.value)) < 900


@pytest.mark.parametrize(
    ("text", "guess"),
    [("cosin(peak=1)", "Did you mean cosine?"), ("wsd(peak=1).clib(2)", "Did you mean clip?")],
)
def test_a_guess_stands_in_place_of_all_names(text, guess):
    with pytest.raises(ValueError, match="is no ") as caught:
        parse_schedule(text)
    assert str(caught.value).endswith(guess)


@pytest.mark.parametrize(
    ("text", "full"),
    [
        ("cosine()", "cosine(peak=0.03)"),
        ("cosine(peak=1.0)", "cosine(peak=1.0)"),
        ("paceline.cosine()", "cosine(peak=0.03)"),
        ("wsd(steps=50) >> constant(steps=9)",
         "wsd(peak=0.03, steps=50) >> constant(peak=0.03, steps=9)"),
        ("0.5 * warmup(steps=8).clip(floor=1e-3)",
         "0.5 * warmup(peak=0.03, steps=8).clip(floor=1e-3)"),
        ("noam(model_dim=64)", "noam(model_dim=64)"),
        ("Linear(start=0, end=1, steps=3)", "Linear(start=0, end=1, steps=3)"),
    ],
)  # fmt: skip
def test_a_peak_goes_to_every_call_that_needs_one_and_leaves_it_out(text, full):
    assert parse_schedule(text, peak=0.03) == parse_schedule(full)


@pytest.mark.parametrize(
    "text", ["cosinus()", "cosine(0.1)", "__import__('os')", "cosine(speed=1)"]
)
def test_with_a_peak_errors_are_those_without(text):
    with pytest.raises(ValueError, match="The schedule "):
        parse_schedule(text, peak=0.03)

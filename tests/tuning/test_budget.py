import pytest
from hypothesis import given
from hypothesis import strategies as st

from paceline.tuning._budget import Budget, Ledger, read_budget, time_text


@pytest.mark.parametrize(
    ("given", "amount", "unit"),
    [
        (60, 60, "runs"),
        (2.5, 2.5, "runs"),
        ("60", 60, "runs"),
        ("60 runs", 60, "runs"),
        ("1 run", 1, "runs"),
        ("50000 steps", 50_000, "steps"),
        ("50_000 steps", 50_000, "steps"),
        ("50,000steps", 50_000, "steps"),
        ("2h", 7200, "seconds"),
        ("90m", 5400, "seconds"),
        ("90 min", 5400, "seconds"),
        ("1h30m", 5400, "seconds"),
        ("1.5 H", 5400, "seconds"),
        ("45s", 45, "seconds"),
        ("1d", 86_400, "seconds"),
    ],
)
def test_a_budget_is_runs_steps_or_a_time(given: object, amount: float, unit: str) -> None:
    found = read_budget(given)
    assert (found.amount, found.unit) == (amount, unit)
    assert read_budget(found) is found


@pytest.mark.parametrize(
    "wrong", ["", "2 weeks", "h", "60 epochs", 0, -3, "0h", "-2h", "nan", "1e400"]
)
def test_a_budget_that_says_no_amount_is_refused_with_the_way_out(wrong: object) -> None:
    with pytest.raises(ValueError, match=r"tune needs a budget .*; got .*60.*'50000 steps'.*'2h'"):
        read_budget(wrong)


def test_words_are_not_said_to_be_too_little() -> None:
    with pytest.raises(ValueError, match=r"budget that it can read; got 'lots'\. Give full runs"):
        read_budget("lots")
    with pytest.raises(ValueError, match=r"a budget above 0; got -3\. Give full runs"):
        read_budget(-3)


@pytest.mark.parametrize("wrong", [None, True, [60], float])
def test_a_budget_is_a_number_or_a_text(wrong: object) -> None:
    with pytest.raises(TypeError, match="tune needs a budget"):
        read_budget(wrong)


def test_a_budget_says_what_it_is() -> None:
    assert [str(read_budget(each)) for each in (60, 1, "50000 steps", "2h", "45s")] == [
        "60 full runs",
        "1 full run",
        "50,000 steps",
        "2 h 00 min",
        "45 s",
    ]
    assert time_text(725) == "12 min"


def test_runs_and_times_become_steps() -> None:
    assert Budget(amount=2.5, unit="runs").steps(100) == 250
    assert Budget(amount=7, unit="steps").steps(100) == 7
    assert Budget(amount=10, unit="seconds").steps(100, seconds_per_step=0.5, workers=2) == 40


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 100))), st.integers(0, 1000))
def test_a_ledger_adds_up(entries: list[tuple[str, int]], limit: int) -> None:
    ledger = Ledger(limit=limit)
    for stage, steps in entries:
        ledger.spend(stage, steps)
    assert ledger.total == sum(ledger.spent.values()) == sum(steps for _, steps in entries)
    assert ledger.left(limit) == limit - ledger.total
    assert ledger.left(10) == min(10, limit) - ledger.total

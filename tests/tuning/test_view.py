import pytest

from paceline.execution import Counts
from paceline.tuning._budget import Ledger
from paceline.tuning._view import View


def test_without_a_terminal_a_line_says_stage_trials_budget_and_the_best(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ledger = Ledger(limit=0)
    with View(ledger, shown=True) as view:
        view.begin("find")
        ledger.limit = 1000
        ledger.spend("find", 280)
        ledger.spend("explore", 160)
        view.watch("explore", 40, Counts(total=4), {})
        view.best("cosine: loss 0.3")
        view.watch("explore", 40, Counts(total=4, done=3, diverged=1), {})
        ledger.spend("confirm", 560)
        view.watch("confirm", 80, Counts(total=7), {})
    range_test, exploring, confirming = capsys.readouterr().err.splitlines()
    assert range_test == "range test"
    assert exploring.startswith("exploring, 40 updates a trial; 0/4 trials; 28% of the budget used")
    assert confirming.startswith("confirming on fresh seeds, 80 updates a trial; 4/11 trials, 1")
    assert "44% of the budget used" in confirming
    assert confirming.endswith("cosine: loss 0.3")


def test_on_a_terminal_a_table_shows_the_same() -> None:
    ledger = Ledger(limit=1000)
    ledger.spend("explore", 400)
    view = View(ledger, shown=False)
    view.watch("explore", 40, Counts(total=4, done=2), {})
    cells = [list(column.cells) for column in view.table().columns]
    assert cells[0] == ["stage", "trials", "best so far", "budget", "time left"]
    assert cells[1][:2] == ["exploring, 40 updates a trial", "2/4 trials"]
    assert view.used == "20% of the budget used"

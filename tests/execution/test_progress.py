import pytest
from execution.tiny import outcome

from paceline.execution import Counts, Progress


def test_counts_say_what_is_worth_saying() -> None:
    counts = Counts(total=9, kept=2)
    assert str(counts) == "2/9 trials, 2 from the store"
    for status in ("done", "done", "diverged", "failed", "lost"):
        counts.add(outcome(status=status))
    assert counts.ended == 7
    assert str(counts) == "7/9 trials, 2 from the store, 1 diverged, 1 failed, 1 lost"


def test_without_a_terminal_there_are_plain_lines_on_stderr(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with Progress() as progress:
        progress.begin(Counts(total=2), "")
        progress.show(Counts(total=2, done=1), "best so far: [b]a[/b] 0.5")
        progress.say("Note: [red]a user's name[/red] :smile:")
        progress.show(Counts(total=2, done=2), "best so far: [b]a[/b] 0.5")
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.splitlines() == [
        "Note: [red]a user's name[/red] :smile:",
        "2/2 trials; best so far: [b]a[/b] 0.5",
    ]


def test_what_is_not_asked_for_is_not_shown(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress(shown=False) as progress:
        progress.begin(Counts(total=1, kept=1), "")
        progress.say("Note")
        progress.show(Counts(total=1, kept=1), "")
    assert capsys.readouterr() == ("", "")


def test_the_bar_fits_into_80_columns(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"TTY_COMPATIBLE": "1", "COLUMNS": "80", "NO_COLOR": "1"}.items():
        monkeypatch.setenv(name, value)
    with Progress() as progress:
        progress.begin(Counts(total=48, kept=8), "")
        counts = Counts(total=48, kept=8, done=20, diverged=3, failed=2)
        progress.show(counts, "best so far: a schedule with a very long name indeed 0.2345")
    told = capsys.readouterr()
    assert told.out == ""
    last = told.err.split("33/48 trials", 1)[1].splitlines()[0]
    assert last.startswith(", 8 from the store, 3 diverged, 2 failed")
    counts = Counts(total=48, done=20)
    with Progress() as progress:
        progress.begin(Counts(total=48), "")
        progress.show(counts, "best so far: a schedule with a very long name indeed 0.2345")
    last = capsys.readouterr().err.split("20/48 trials", 1)[1].splitlines()[0]
    assert "best so far: a schedule" in last
    assert "… 0.2345" in last

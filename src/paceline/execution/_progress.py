"""How far the work is: a live bar on a terminal, a plain line now and then elsewhere."""

import dataclasses
import datetime
import time
from types import TracebackType
from typing import Self

import rich.console
import rich.progress

from paceline.trials import Outcome

LINE_EVERY = 10.0
"""Seconds between plain lines."""

_BAR, _TIME = 16, 12
"""Columns of the bar, and of the time left with the blanks between the parts."""


@dataclasses.dataclass(kw_only=True)
class Counts:
    """How many trials there are, and how many ended in which way."""

    total: int
    kept: int = 0
    """Found in the store."""
    done: int = 0
    diverged: int = 0
    failed: int = 0
    lost: int = 0

    @property
    def ended(self) -> int:
        """How many trials need no more work in this run."""
        return self.kept + self.done + self.diverged + self.failed + self.lost

    def add(self, outcome: Outcome) -> None:
        """Count an outcome."""
        setattr(self, outcome.status, getattr(self, outcome.status) + 1)

    def plus(self, other: "Counts") -> "Counts":
        """Return what both count."""
        names = [field.name for field in dataclasses.fields(self)]
        return Counts(**{name: getattr(self, name) + getattr(other, name) for name in names})

    def __str__(self) -> str:
        shown = [f"{self.ended}/{self.total} trials"]
        for name in ("kept", "diverged", "failed", "lost"):
            count = getattr(self, name)
            if count:
                shown.append(f"{count} {'from the store' if name == 'kept' else name}")
        return ", ".join(shown)


class Shown:
    """What is seen of long work on standard error: a live part that ends, and lines that stay."""

    def __init__(self, *, shown: bool) -> None:
        """Take whether to show anything."""
        self.console = rich.console.Console(
            stderr=True, quiet=not shown, markup=False, emoji=False, highlight=False
        )
        self.is_live = shown and self.console.is_terminal
        self._last_line = time.monotonic()

    def say(self, text: str) -> None:
        """Print a line above the live part."""
        self.console.print(text, soft_wrap=True)

    def is_due(self) -> bool:
        """Return whether it is time for a plain line, without a terminal; then time begins anew."""
        if time.monotonic() - self._last_line < LINE_EVERY:
            return False
        self._last_line = time.monotonic()
        return True


class Progress(Shown):
    """Shows counts, the best so far and the time left, on standard error."""

    def __init__(self, *, shown: bool = True) -> None:
        """Take whether to show anything."""
        super().__init__(shown=shown)
        self._bar = rich.progress.Progress(
            rich.progress.BarColumn(bar_width=_BAR),
            rich.progress.TextColumn("{task.description}", markup=False),
            rich.progress.TimeRemainingColumn(compact=True),
            rich.progress.TextColumn("{task.fields[best]}", markup=False),
            console=self.console,
            disable=not self.is_live,
            transient=True,
            redirect_stdout=False,  # standard output is for results
        )
        self._task = self._bar.add_task("", best="", total=None)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def begin(self, counts: Counts, best: str) -> None:
        """Show where the work begins: what is kept took no time."""
        self._bar.reset(self._task, total=counts.total, completed=counts.ended)
        self._update(counts, best)
        if counts.kept and not self.console.is_terminal:
            self.say(str(counts))

    def show(self, counts: Counts, best: str) -> None:
        """Show how far the work is."""
        self._update(counts, best)
        if not self.console.is_terminal and (self.is_due() or counts.ended == counts.total):
            left = self._bar.tasks[0].time_remaining
            shown = f"{datetime.timedelta(seconds=round(left))} left" if left else ""
            self.say("; ".join(part for part in (str(counts), shown, best) if part))

    def _update(self, counts: Counts, best: str) -> None:
        room = self.console.width - _BAR - len(str(counts)) - _TIME
        if len(best) > room:
            name, _, value = best.rpartition(" ")
            best = f"{name[: max(0, room - len(value) - 2)]}… {value}"
        self._bar.update(self._task, completed=counts.ended, description=str(counts), best=best)

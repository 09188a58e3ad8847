"""How far the work is: a live bar on a terminal, a plain line now and then elsewhere."""

import dataclasses
import time
from types import TracebackType
from typing import Self

import rich.console
import rich.progress

from paceline.trials import Outcome

LINE_EVERY = 10.0
"""Seconds between plain lines."""


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

    def __str__(self) -> str:
        shown = [f"{self.ended}/{self.total} trials"]
        for name in ("kept", "diverged", "failed", "lost"):
            count = getattr(self, name)
            if count:
                shown.append(f"{count} {'from the store' if name == 'kept' else name}")
        return ", ".join(shown)


class Progress:
    """Shows counts, the best so far and the time left, on standard error."""

    def __init__(self, *, shown: bool = True) -> None:
        """Take whether to show anything."""
        self.console = rich.console.Console(stderr=True, quiet=not shown)
        self._bar = rich.progress.Progress(
            rich.progress.TextColumn("{task.description}"),
            rich.progress.BarColumn(bar_width=24),
            rich.progress.TextColumn("{task.fields[counts]}"),
            rich.progress.TimeRemainingColumn(compact=True),
            rich.progress.TextColumn("{task.fields[best]}"),
            console=self.console,
            disable=not (shown and self.console.is_terminal),
            transient=True,
        )
        self._task = self._bar.add_task("Training", counts="", best="", total=None)
        self._last_line = time.monotonic()

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

    def say(self, text: str) -> None:
        """Print a line above the bar."""
        self.console.print(text, markup=False, highlight=False, soft_wrap=True)

    def show(self, counts: Counts, best: str) -> None:
        """Show how far the work is."""
        self._bar.update(
            self._task, total=counts.total, completed=counts.ended, counts=str(counts), best=best
        )
        late = time.monotonic() - self._last_line >= LINE_EVERY
        if not self.console.is_terminal and (late or counts.ended == counts.total):
            self._last_line = time.monotonic()
            self.say(f"{counts}{'; ' + best if best else ''}")

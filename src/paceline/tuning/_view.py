"""What is seen of a search while it runs: a live table, or a plain line now and then."""

import time
from collections.abc import Mapping
from types import TracebackType
from typing import Self

import rich.console
import rich.live
import rich.progress_bar
import rich.table

from paceline.execution import Counts
from paceline.execution._progress import LINE_EVERY
from paceline.trials import Outcome
from paceline.tuning._budget import Ledger, time_text

_BAR = 24
_STAGES = {
    "find": "range test",
    "calibrate": "timing one step",
    "explore": "exploring",
    "promote": "the best over a longer horizon",
    "suggest": "more of the better families",
    "refine": "peaks around the best",
    "repeat": "the best on more seeds",
    "confirm": "confirming on fresh seeds",
}


class View:
    """Shows the stage, the trials, the best so far, the budget used and the time left."""

    def __init__(self, ledger: Ledger, *, shown: bool) -> None:
        """Take the budget, and whether to show anything."""
        self.console = rich.console.Console(
            stderr=True, quiet=not shown, markup=False, emoji=False, highlight=False
        )
        self._ledger = ledger
        self._is_live = shown and self.console.is_terminal
        self._live = rich.live.Live(
            console=self.console, transient=True, redirect_stdout=False, refresh_per_second=4
        )
        self._last_line = time.monotonic()
        self._begin: tuple[float, float] | None = None
        """When this process began to train, and the updates that were trained by then."""
        self._stage = ""
        self._ended = Counts(total=0)
        """Of the generations before."""
        self._now = Counts(total=0)
        self._best = ""

    def __enter__(self) -> Self:
        if self._is_live:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._live.stop()

    def say(self, text: str) -> None:
        """Print a line above the table."""
        self.console.print(text, soft_wrap=True)

    def begin(self, stage: str) -> None:
        """Show that a stage begins."""
        if stage != self._stage:
            self._stage = stage
            self._show(at_once=True)

    def watch(
        self, stage: str, horizon: int, counts: Counts, outcomes: Mapping[str, Outcome]
    ) -> None:
        """Show how far the trials of a stage are."""
        if counts.ended == counts.kept:
            self._ended = self._ended.plus(self._now)
        self._now = counts
        if self._begin is None and counts.ended < counts.total:
            self._begin = time.monotonic(), self._trained()
        label = f"{_STAGES[stage]}, {horizon:,} updates a trial"
        is_new = label != self._stage
        self._stage = label
        self._show(at_once=is_new)

    def best(self, text: str) -> None:
        """Show what is best so far, in a few words."""
        self._best = text

    def _trained(self) -> float:
        """Return the updates that are done: of what runs, the share of the trials that ended."""
        open_trials = 1 - self._now.ended / self._now.total if self._now.total else 0.0
        return self._ledger.total - open_trials * self._ledger.last

    @property
    def left(self) -> str:
        """How long the rest of the budget will take, as far as that is known."""
        if self._begin is None:
            return "an unknown time"
        took, done = time.monotonic() - self._begin[0], self._trained() - self._begin[1]
        if took < 1 or done <= 0:
            return "an unknown time"
        return time_text(took / done * (self._ledger.limit - self._trained()))

    def _show(self, *, at_once: bool) -> None:
        if self._is_live:
            self._live.update(self._table())
            return
        if at_once or time.monotonic() - self._last_line >= LINE_EVERY:
            self._last_line = time.monotonic()
            counts = self._ended.plus(self._now)
            shown = [self._stage, str(counts) if counts.total else "", self._used(), self._best]
            self.say("; ".join(part for part in shown if part))

    def _used(self) -> str:
        share = self._trained() / max(1, self._ledger.limit)
        return f"{share:.0%} of the budget used, {self.left} left"

    def _table(self) -> rich.table.Table:
        counts = self._ended.plus(self._now)
        table = rich.table.Table.grid(padding=(0, 2))
        table.add_column(style="dim")
        table.add_column(overflow="fold")
        table.add_row("stage", self._stage)
        table.add_row("trials", str(counts) if counts.total else "–")
        table.add_row("best so far", self._best or "–")
        bar = rich.table.Table.grid(padding=(0, 1))
        bar.add_row(
            rich.progress_bar.ProgressBar(
                total=self._ledger.limit, completed=self._trained(), width=_BAR
            ),
            f"{self._trained():,.0f} of {self._ledger.limit:,} updates",
        )
        table.add_row("budget", bar)
        table.add_row("time left", self.left)
        return table

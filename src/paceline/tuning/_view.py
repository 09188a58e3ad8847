"""What is seen of a search while it runs: a live table, or a plain line now and then."""

import time
from collections.abc import Mapping
from types import TracebackType
from typing import Self

import rich.live
import rich.progress_bar
import rich.table

from paceline.execution import Counts
from paceline.execution._progress import Shown
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


class View(Shown):
    """Shows the stage, the trials, the best so far, the budget used and the time left."""

    def __init__(self, ledger: Ledger, *, shown: bool) -> None:
        """Take the budget, and whether to show anything."""
        super().__init__(shown=shown)
        self._ledger = ledger
        self._live = rich.live.Live(
            console=self.console, transient=True, redirect_stdout=False, refresh_per_second=4
        )
        self._begin: tuple[float, float] | None = None
        """When this process began to train, and the updates that were trained by then."""
        self._stage = ""
        self._ended = Counts(total=0)
        """Of the generations before."""
        self._now = Counts(total=0)
        self._best = ""

    def __enter__(self) -> Self:
        if self.is_live:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._live.stop()

    def begin(self, stage: str) -> None:
        """Show that a stage begins."""
        self._stage = _STAGES[stage]
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
        if self.is_live:
            self._live.update(self.table())
        elif at_once or self.is_due():
            counts = self._ended.plus(self._now)
            left = f"{self.used}, {self.left} left" if self._ledger.limit else ""
            shown = [self._stage, str(counts) if counts.total else "", left, self._best]
            self.say("; ".join(part for part in shown if part))

    @property
    def used(self) -> str:
        """How much of the budget is used."""
        return f"{self._trained() / max(1, self._ledger.limit):.0%} of the budget used"

    def table(self) -> rich.table.Table:
        """Return the table that a terminal shows."""
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

"""What a search will do with its budget, before it does anything."""

import dataclasses
from collections.abc import Sequence

import rich.box
import rich.table

from paceline.comparison import plural
from paceline.tuning._budget import Budget, read_budget
from paceline.tuning._confirm import confirmation_size, room_text
from paceline.tuning._rungs import rungs_of
from paceline.tuning._shares import RANGE_TEST, RATES_TESTED, REFINED, REPEATED, SHARES
from paceline.tuning._tune import check_horizon, checked_families, checked_peaks, checked_share


@dataclasses.dataclass(frozen=True, kw_only=True)
class StageOutlook:
    """What one stage may take."""

    stage: str
    updates: int
    """At most; what does not fill a trial is left to the next stage of the search."""
    horizon: int
    """Updates of one trial."""

    @property
    def trials(self) -> int:
        """How many trials fit in; those that share a trunk are more."""
        return self.updates // self.horizon


def outlook(
    budget: Budget, *, horizon: int, families: Sequence[str], confirm: float, finds: bool
) -> list[StageOutlook]:
    """Return what the stages of a search may take, of a budget that is no time."""
    limit = budget.steps(horizon)
    size = confirmation_size(int(confirm * limit) // horizon)
    kept = size.runs * horizon if size else 0
    begun = RANGE_TEST if finds else 0
    horizons = rungs_of(horizon)
    shares = SHARES[len(horizons)]
    found = [
        StageOutlook(stage=f"range test, {what}", updates=rates * each, horizon=each)
        for what, (rates, each) in (RATES_TESTED if finds else {}).items()
    ]
    names = [f"explore {len(families)} {'family' if len(families) == 1 else 'families'}"]
    names += [f"the best over {each:,} updates" for each in horizons[1:]]
    if len(names) > 2:
        names[1] += ", and more of their families"
    for name, share, length in zip(names, shares, horizons, strict=True):
        updates = int(share * max(0, limit - kept - begun))
        if length == horizon:
            refined, repeated = int(REFINED * updates), int(REPEATED * updates)
            parts = {
                name: updates - refined - repeated,
                "peaks around the best": refined,
                "the best on more seeds": repeated,
            }
        else:
            parts = {name: updates}
        found += [
            StageOutlook(stage=key, updates=part, horizon=length) for key, part in parts.items()
        ]
    if size is not None:
        name = f"confirm {size.finalists} and the baseline on {plural(size.seeds, 'fresh seed')}"
        found.append(StageOutlook(stage=name, updates=kept, horizon=horizon))
    return found


def outlook_table(
    budget: float | str | Budget,
    *,
    horizon: int,
    families: Sequence[str],
    peaks: tuple[float, float] | None,
    confirm: float,
) -> rich.table.Table | str:
    """Return the outlook as a table for a terminal.

    Raises:
        ValueError: what `tune` refuses too.
    """
    asked = read_budget(budget)
    families, finds = checked_families(families), checked_peaks(peaks) is None
    checked_share(confirm)
    check_horizon(horizon, asked, finds=finds)
    if asked.unit == "seconds":
        return (
            f"How many updates {asked} are is timed at the start. About {1 - confirm:.0%} of them "
            f"search, and {confirm:.0%} confirm what was found on fresh seeds; one full run is "
            f"{horizon:,} updates. Give the budget in full runs to see a plan."
        )
    rows = outlook(asked, horizon=horizon, families=families, confirm=confirm, finds=finds)
    table = rich.table.Table(
        title=f"What a budget of {asked} will do: one full run is {horizon:,} updates",
        title_justify="left",
        caption_justify="left",
        box=rich.box.SIMPLE_HEAD,
    )
    table.add_column("stage")
    for name in ("updates\nat most", "of a\ntrial", "trials\nthat fit", "full\nruns"):
        table.add_column(name, justify="right")
    for row in rows:
        table.add_row(
            row.stage,
            f"{row.updates:,}",
            f"{row.horizon:,}",
            f"{row.trials:,}",
            f"{row.updates / horizon:.1f}",
        )
    total = sum(row.updates for row in rows)
    table.add_row("in all", f"{total:,}", "", "", f"{total / horizon:.1f}")
    table.caption = "Updates that do not fill a trial are left to the next stage of the search."
    if confirmation_size(int(confirm * asked.steps(horizon)) // horizon) is None:
        table.caption += (
            " Nothing will be confirmed, and without that there is no result. " + room_text(confirm)
        )
    return table

"""Does `diagnose` name the fault of a training, and stay silent about a good one?

Real trainings of the digits MLP and the MNIST CNN whose fault is known, in cells that share nothing
with those for which the thresholds were chosen (`--tuning` reads these). A fault counts as named
only if the first finding is its name; on a good training any finding is a miss. The peer is what
people look at: whether the loss ended below half of the first.
"""

import argparse
import collections
import dataclasses
import os
from collections.abc import Mapping
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import _diagnose_tasks
from _diagnose_tasks import EXPECTED, HEALTHY, Cell
from _measure import Row, finish, row

import paceline
from paceline.health import read_curves
from paceline.trials import Outcome

Named = collections.Counter[tuple[str, str]]
"""How many trainings of a setting got a name first; "-" where nothing was found."""
NAMED, SILENT = 0.85, 0.90
FAULTY = 4
QUICK_NOTE = " (quick: the bar is for the full job)"


def naive(outcome: Outcome) -> bool:
    """Whether the loss ended below half of the first."""
    return outcome.final_training_loss < 0.5 * outcome.initial_training_loss


def without_rates(outcome: Outcome) -> str:
    """Return what is found first in the losses alone."""
    curves = dataclasses.replace(read_curves(outcome), rates=None, rate_steps=None)
    found = paceline.diagnose(curves)
    return found[0].name if found else "-"


def measured(
    peaks: Mapping[Cell, float], *, faulty: int, healthy: int, store: Path | None = None
) -> tuple[Named, Named, Named]:
    """Return what `diagnose` said first, what without the rates, and what the naive rule said."""
    ours: Named = collections.Counter()
    bare: Named = collections.Counter()
    peer: Named = collections.Counter()
    for cell, peak in peaks.items():
        for setting, outcomes in _diagnose_tasks.trials(
            cell, peak, faulty=faulty, healthy=healthy, store=store
        ).items():
            said = [paceline.diagnose(each) for each in outcomes]
            names = [found[0].name if found else "-" for found in said]
            bare.update((setting, without_rates(each)) for each in outcomes)
            ours.update((setting, name) for name in names)
            peer.update((setting, "-" if naive(each) else "bad") for each in outcomes)
            wrong = [name for name in names if name != EXPECTED.get(setting, "-")]
            if wrong:
                print(f"{cell} (peak {peak:g}), {setting}: {', '.join(wrong)}")
    return ours, bare, peer


def table(found: Named) -> str:
    names = ["-", *dict.fromkeys(EXPECTED.values())]
    names += sorted({name for _, name in found} - set(names))
    lines = [f"{'setting':<20}" + "".join(f"{name:>18}" for name in names)]
    for setting in (HEALTHY, *EXPECTED):
        counts = "".join(f"{found[setting, name] or '.':>18}" for name in names)
        lines.append(f"{setting:<20}{counts}")
    return "\n".join(lines)


def shares(found: Named) -> tuple[float, float, int, int]:
    """Return the share of faults that are named, of good runs without a finding, and the counts."""
    faults = sum(count for (setting, _), count in found.items() if setting != HEALTHY)
    good = sum(found.values()) - faults
    named = sum(found[setting, name] for setting, name in EXPECTED.items())
    return named / faults, found[HEALTHY, "-"] / good, faults, good


def rows(ours: Named, peer: Named, *, quick: bool) -> list[Row]:
    note = QUICK_NOTE if quick else ""
    named, silent, faults, good = shares(ours)
    noticed = sum(count for (setting, name), count in peer.items()
                  if setting != HEALTHY and name == "bad")  # fmt: skip
    quiet = peer[HEALTHY, "-"] / good
    return [
        row(
            f"cause named first, {faults} faulty trainings" + note,
            ours=named,
            peer=noticed / faults,
            ratio=named * faults / noticed if noticed else None,
            bar=NAMED,
            holds=named >= NAMED or quick,
            unit="share; the peer only says that something is wrong",
        ),
        row(
            f"no finding, {good} good trainings" + note,
            ours=silent,
            peer=quiet,
            ratio=silent / quiet if quiet else None,
            bar=SILENT,
            holds=silent >= SILENT or quick,
            unit="share",
        ),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one seed of each fault; under 60 s")
    parser.add_argument("--tuning", action="store_true", help="the cells for the thresholds")
    parser.add_argument("--store", type=Path, help="keeps the trainings")
    asked = parser.parse_args()
    cells = _diagnose_tasks.TUNING if asked.tuning else _diagnose_tasks.JUDGING
    possible = [cell for cell in cells if cell.is_possible]
    if len(possible) < len(cells):
        print("MNIST CNN: left out, its data are not in ../shared/data")
    if asked.quick:
        possible = possible[:2]
    ours, bare, peer = measured(
        {cell: _diagnose_tasks.good_peak(cell, store=asked.store) for cell in possible},
        faulty=1 if asked.quick else FAULTY,
        healthy=4 if asked.quick else 8,
        store=asked.store,
    )
    print(f"\n{table(ours)}\n\nWithout the rates, for which there is no bar:\n{table(bare)}\n")
    finish(rows(ours, peer, quick=asked.quick))


if __name__ == "__main__":
    main()

"""Does a search survive 50 kills? `paceline tune` of 100 trials, SIGKILLed at random moments.

Its coordinator is killed, and the same command started again, with one worker and with two by
turns; or one of its workers, and the command goes on by itself. A kill is survived if every trial
that was in the store is there as it was, with the time that it took, so that none was lost and none
trained twice, and if no process is left. The files at the end have to be those of a search that
nothing disturbed, byte for byte.
"""

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from _measure import finish, row

sys.path.append(str(Path(__file__).parents[1] / "tests"))
from execution.commands import LONG, Command

SEARCH = ("--families", "linear,cosine,wsd", "--peaks", "0.01:1")
FULL, QUICK = (50, 90), (3, 12)
"""Kills, and the budget in full runs."""
WORKERS_SHARE = 0.3
"""Of the kills, how many hit a worker."""
PAUSE = 0.2
"""Seconds that 8 updates take at least: a trial of 80 updates takes 2."""
EARLY = 0.2
"""Of the kills, how many may come before the command begins to train."""
PATIENCE = 600.0


def targets(kills: int, chance: random.Random) -> list[str]:
    """Return what each kill hits; the third death of a trial's workers would end its tries."""
    found = ["worker"] * round(WORKERS_SHARE * kills)
    found += ["coordinator"] * (kills - len(found))
    while True:
        chance.shuffle(found)
        threes = zip(found, found[1:], found[2:], strict=False)
        if ("worker",) * 3 not in threes and found[-1] == "coordinator":
            return found


def wait(command: Command, condition: Callable[[], bool]) -> None:
    """Wait until it is so, or the command ended."""
    end = time.monotonic() + PATIENCE
    while not condition() and command.process.poll() is None:
        if time.monotonic() > end:
            command.kill()
            raise SystemExit(f"The command made no progress in {PATIENCE:.0f} s.")
        time.sleep(0.02)


class Survivor:
    """A search that is killed, and what was in its store after the last kill."""

    def __init__(self, folder: Path, budget: int, whole: Command, chance: random.Random) -> None:
        self._folder, self._budget, self._chance = folder, budget, chance
        self._in_all = len(whole.outcomes())
        self._known: dict[str, bytes] = {}
        self.command: Command | None = None

    def _started(self, workers: int, pause: float) -> Command:
        return tune(self._folder, "killed", self._budget, workers=workers, pause=pause)

    def kill(self, number: int, target: str, kills_left: int, starts_in: float) -> list[str]:
        """Kill once, at a random moment; return what is wrong afterwards."""
        chance = self._chance
        workers = 2 if target == "worker" else 1 + number % 2
        command = self.command = self.command or self._started(workers, PAUSE)
        if target == "coordinator" and chance.random() < EARLY:
            time.sleep(chance.uniform(0, starts_in))
        else:
            stored, begun = len(command.outcomes()), len(command.begun())
            more = chance.randint(0, max(0, 2 * (self._in_all - stored - 2) // kills_left))
            wait(command, lambda: len(command.begun()) > begun)
            wait(command, lambda: len(command.outcomes()) >= stored + more)
            time.sleep(chance.uniform(0, 10 * PAUSE))
        if target == "worker":
            wait(command, lambda: bool(command.workers()))  # between two stages there is none
        if command.process.poll() is not None:
            return [f"the command ended before kill {number + 1}: {command.finish()[2]}"]
        if target == "worker":
            os.kill(chance.choice(command.workers()), signal.SIGKILL)
            left = []
        else:
            command.kill()
            left = command.wait_for_workers_to_end()
            self.command = None
        return self._wrong(command, left)

    def _wrong(self, command: Command, left: list[int]) -> list[str]:
        known, self._known = self._known, command.outcomes()
        changed = [key for key, outcome in known.items() if self._known.get(key) != outcome]
        return [f"{len(left)} processes are left"] * bool(left) + [
            f"trial {key} is {'another' if key in self._known else 'lost'}" for key in changed
        ]

    @property
    def done(self) -> int:
        """Trials in the store after the last kill."""
        return len(self._known)

    def finish(self, whole: Command) -> list[str]:
        """Let the search end; return what is wrong with it."""
        command = self.command or self._started(1, 0.0)
        code, _, told = command.finish()
        if code:
            return [f"the last command ended with {code}: {told}"]
        wrong = self._wrong(command, command.wait_for_workers_to_end())
        if set(self._known) != set(whole.outcomes()):
            wrong.append("other trials were trained")
        ours, undisturbed = command.found(), whole.found()
        return wrong + [f"{name} is another" for name in ours if ours[name] != undisturbed[name]]


def tune(folder: Path, out: str, budget: int, *, workers: int, pause: float) -> Command:
    options = ("--budget", str(budget), *SEARCH, "--workers", str(workers))
    return Command(folder, out, *options, verb="tune", task=LONG, pause=pause)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="3 kills of a small search")
    parser.add_argument("--seed", type=int, default=0, help="of the moments and victims")
    asked = parser.parse_args()
    kills, budget = QUICK if asked.quick else FULL
    chance = random.Random(asked.seed)
    with tempfile.TemporaryDirectory(prefix="paceline-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        begin = time.monotonic()
        whole = tune(folder, "whole", budget, workers=1, pause=0.0)
        wait(whole, lambda: bool(whole.begun()))
        starts_in = time.monotonic() - begin
        code, _, told = whole.finish()
        if code:
            raise SystemExit(told)
        trials = len(whole.outcomes())
        print(f"Undisturbed: {trials} trials, the first after {starts_in:.0f} s.", flush=True)
        survivor = Survivor(folder, budget, whole, chance)
        survived, wrong = 0, []
        for number, target in enumerate(targets(kills, chance)):
            wrong += survivor.kill(number, target, kills - number, starts_in)
            if wrong:
                break
            survived += 1
            print(f"kill {survived}: {target}; {survivor.done} trials are kept", flush=True)
        wrong += survivor.finish(whole)
    for problem in wrong:
        print(problem)
    quick = " (quick: the bar is for 50)" if asked.quick else ""
    finish(
        [
            row(
                f"random SIGKILLs over a search of {trials} trials{quick}",
                ours=0 if wrong else survived,
                peer=None,
                ratio=None,
                bar=FULL[0],
                holds=not wrong and survived == kills,
                unit="kills survived: the same result, no trial lost, none doubled",
            )
        ]
    )


if __name__ == "__main__":
    main()

"""Does the memory of a comparison stay flat? 200 trials in one process: the last, the tenth."""

import argparse
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import _tasks
from _measure import finish, row

import paceline

SEEDS, SCHEDULES = 25, 8


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="1 epoch a trial instead of 5")
    asked = parser.parse_args()
    task = _tasks.task("mlp", 1 if asked.quick else 5)
    result = paceline.compare(task, _tasks.schedules(SCHEDULES), seeds=SEEDS, progress=False)
    peaks = sorted(outcome.peak_memory for outcome in result.outcomes)  # a peak only grows
    tenth, last = peaks[9] / 2**20, peaks[-1] / 2**20
    finish(
        [
            row(
                f"memory of {len(peaks)} trials in one process",
                ours=last,
                peer=tenth,
                ratio=last / tenth,
                bar=1.1,
                holds=last / tenth <= 1.1,
                unit="MiB, peak; ratio: after the last trial / after the tenth",
            )
        ]
    )


if __name__ == "__main__":
    main()

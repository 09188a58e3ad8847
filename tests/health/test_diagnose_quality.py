"""It names the fault of real trainings, in cells for which no threshold was chosen."""

import os

import _diagnose_tasks
import pytest
from diagnose_quality import NAMED, SILENT, measured, shares, table

PEAKS = dict(zip(_diagnose_tasks.JUDGING, (0.022, 0.1, 0.046, 0.46), strict=True))
"""The good ones, which the benchmark's grid found."""


def judge(peaks: dict[_diagnose_tasks.Cell, float], *, faulty: int) -> None:
    for cell in peaks:
        if not cell.is_possible:
            assert not os.environ.get("CI"), "The MNIST trainings need ../shared/data."
            pytest.skip("the MNIST trainings need mnist_10k.npz in ../shared/data")
    found, _, _ = measured(peaks, faulty=faulty, healthy=8)
    named, silent, _, _ = shares(found)
    assert named >= NAMED, table(found)
    assert silent >= SILENT, table(found)


@pytest.mark.parametrize("model", ["digits MLP", pytest.param("MNIST CNN", marks=pytest.mark.slow)])
def test_it_names_the_fault_and_is_silent_about_good_trainings(model: str) -> None:
    judge({cell: peak for cell, peak in PEAKS.items() if cell.model == model}, faulty=2)


@pytest.mark.slow
def test_it_does_in_96_faulty_and_32_good_trainings() -> None:
    judge(PEAKS, faulty=4)


def test_tuning_and_judging_share_no_setting() -> None:
    for name in ("width", "batch", "updates", "seeds", "schedule", "optimizer"):
        tuned, judged = (
            {getattr(cell, name) for cell in cells}
            for cells in (_diagnose_tasks.TUNING, _diagnose_tasks.JUDGING)
        )
        assert not tuned & judged, name

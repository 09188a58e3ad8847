from pathlib import Path

import numpy as np
import pytest
from charts.drawing import NASTY_NAMES
from comparison.outcomes import failed, outcome, result
from comparison.simulated import HORIZON, comparison, rates_by_name, trial
from hypothesis import given
from hypothesis import strategies as st

from paceline.comparison import ComparisonResult
from paceline.reporting import folder_names, write_tensorboard

accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
tensor_util = pytest.importorskip("tensorboard.util.tensor_util")

Curves = dict[str, list[tuple[int, float]]]


def read(folder: Path) -> dict[str, Curves]:
    """Return what TensorBoard sees in `folder`: by run and name, steps and values."""
    runs = sorted({path.parent for path in folder.rglob("*tfevents*")})
    return {str(run.relative_to(folder)): curves(run) for run in runs}


def curves(run: Path) -> Curves:
    found = accumulator.EventAccumulator(str(run), size_guidance={"tensors": 0})
    found.Reload()
    return {
        name: [
            (event.step, float(tensor_util.make_ndarray(event.tensor_proto)))
            for event in found.Tensors(name)
        ]
        for name in found.Tags()["tensors"]
    }


def columns(curve: list[tuple[int, float]]) -> tuple[np.ndarray, np.ndarray]:
    steps, values = zip(*curve, strict=True)
    return np.array(steps), np.array(values)


@pytest.fixture(scope="module")
def simulated() -> ComparisonResult:
    rates = {name: rates_by_name()[name] for name in ("cosine", "wsd")}
    outcomes = [trial(name, rates[name], seed) for name in rates for seed in range(2)]
    outcomes[1] = trial("cosine", np.full(HORIZON, 0.4), 1)
    assert outcomes[1].status == "diverged"
    return comparison(rates, 2, outcomes)


def test_every_trial_is_a_run_with_its_curves(simulated: ComparisonResult, tmp_path: Path) -> None:
    written = write_tensorboard(simulated, tmp_path)
    assert len(written) == 4
    found = read(tmp_path)
    assert list(found) == ["cosine/seed-0", "cosine/seed-1", "wsd/seed-0", "wsd/seed-1"]
    names = {"training/loss", "learning_rate", "validation/loss", "validation/accuracy"}
    for run in found.values():
        assert set(run) == names


def test_the_values_are_those_of_the_outcome(simulated: ComparisonResult, tmp_path: Path) -> None:
    write_tensorboard(simulated, tmp_path)
    first = simulated.of("wsd")[0]
    found = read(tmp_path)["wsd/seed-0"]
    for name, values in first.validation.items():
        steps, read_values = columns(found[f"validation/{name}"])
        assert steps.tolist() == list(range(18, 361, 18))
        np.testing.assert_array_equal(read_values, values.astype(np.float32))
    steps, losses = columns(found["training/loss"])
    starts = [0, *steps[:-1]]
    means = [first.losses[a:b].mean() for a, b in zip(starts, steps, strict=True)]
    np.testing.assert_array_equal(losses, np.float32(means))
    assert 20 <= len(steps) <= 200
    steps, rates = columns(found["learning_rate"])
    np.testing.assert_array_equal(rates, first.rates[steps].astype(np.float32))
    between = np.interp(np.arange(HORIZON), steps, first.rates[steps])
    np.testing.assert_allclose(between, first.rates, atol=1e-3 * np.ptp(first.rates))


def test_a_diverged_trial_ends_in_a_loss_that_is_not_finite(
    simulated: ComparisonResult, tmp_path: Path
) -> None:
    write_tensorboard(simulated, tmp_path)
    steps, losses = columns(read(tmp_path)["cosine/seed-1"]["training/loss"])
    assert np.isfinite(losses[:-1]).all()
    assert np.isnan(losses[-1])
    assert steps[-1] == len(simulated.of("cosine")[1].losses)


def test_a_second_export_takes_the_place_of_the_first_and_leaves_the_rest(tmp_path: Path) -> None:
    mine = tmp_path / "a" / "notes.txt"
    write_tensorboard(result(outcome("a", 0, [0.9, 0.5]), outcome("b", 0, [0.8, 0.7])), tmp_path)
    mine.write_text("mine")
    write_tensorboard(result(outcome("a", 0, [0.4])), tmp_path)
    found = read(tmp_path)
    assert found["a/seed-0"]["validation/loss"] == [(10, pytest.approx(0.4))]
    assert len(found["b/seed-0"]["validation/loss"]) == 2
    assert mine.read_text() == "mine"
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 3


def test_a_trial_that_made_no_update_has_no_run(tmp_path: Path) -> None:
    write_tensorboard(result(outcome("a", 0, [0.9]), failed("a", 1)), tmp_path)
    assert list(read(tmp_path)) == ["a/seed-0"]


def test_schedules_may_be_called_anything(tmp_path: Path) -> None:
    names = [*NASTY_NAMES, "../up", "/root", "CON.", "a", "A"]
    write_tensorboard(result(*(outcome(name, 0, [0.9]) for name in names)), tmp_path / "runs")
    found = read(tmp_path / "runs")
    assert len(found) == len(names)
    assert all(run.count("/") == 1 for run in found)
    assert [path.name for path in tmp_path.iterdir()] == ["runs"]


@given(st.lists(st.text(max_size=300), unique=True, max_size=8))
def test_folders_of_different_names_differ_and_any_file_system_takes_them(names: list[str]) -> None:
    folders = folder_names(names)
    assert list(folders) == names
    assert len({folder.casefold() for folder in folders.values()}) == len(names)
    for folder in folders.values():
        assert 0 < len(folder.encode()) <= 143
        assert not set(folder) & set('/\\:*?"<>|\0\n')
        assert folder == folder.strip(" .-")


@given(st.lists(st.text("abc 0.1(=)_-", min_size=1, max_size=9).map(lambda name: f"x{name}x")))
def test_a_name_that_any_file_system_takes_stays(names: list[str]) -> None:
    assert all(name == folder for name, folder in folder_names(names).items())

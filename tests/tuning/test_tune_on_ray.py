"""A search on a real Ray cluster of this machine."""

import importlib.util
import sys
from pathlib import Path

import cloudpickle
import keras
import pytest
from execution import tiny
from execution.commands import LONG, TUNED, Command
from execution.ray_cluster import RayCluster

import paceline

if importlib.util.find_spec("ray") is None:
    pytest.skip("Ray is not installed", allow_module_level=True)

cloudpickle.register_pickle_by_value(tiny)
cloudpickle.register_pickle_by_value(sys.modules[__name__])


def task() -> paceline.Task:
    return tiny.task(optimizer=lambda rate: keras.optimizers.SGD(rate), epochs=16)


def found(folder: Path, **settings) -> dict[str, bytes]:
    """Search; return what is found, as it is written."""
    asked = {"budget": 8, "families": ("linear", "wsd"), "peaks": (0.02, 2.0), "progress": False}
    result = paceline.tune(task, **asked, **settings)
    folder.mkdir()
    paths = (
        result.save(folder / "schedule.json"),
        result.to_csv(folder / "search.csv"),
        result.confirmation.to_csv(folder / "results.csv"),
    )
    assert {path.name for path in paths} == set(TUNED)
    return {path.name: path.read_bytes() for path in paths}


def test_on_a_cluster_it_finds_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAY_AUTH_MODE", "disabled")
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    with RayCluster() as cluster:
        there = found(tmp_path / "there", on=cluster.address)
    assert there == found(tmp_path / "here")


@pytest.mark.slow
def test_a_search_whose_cluster_loses_its_head_says_so_and_goes_on_on_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tune(out: str, *options: str, **settings) -> Command:
        asked = ("--budget", "16", "--families", "linear,wsd", "--peaks", "0.02:2", *options)
        return Command(tmp_path, out, *asked, verb="tune", task=LONG, **settings)

    monkeypatch.setenv("RAY_AUTH_MODE", "disabled")
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    monkeypatch.setenv("RAY_gcs_rpc_server_reconnect_timeout_s", "2")  # Paceline's own: 30
    monkeypatch.setenv("TRIAL_LOG", str(tmp_path / "killed.log"))  # of the cluster's processes
    monkeypatch.setenv("TRIAL_PAUSE", "0.2")
    with RayCluster() as doomed:
        command = tune("killed", "--on", doomed.address)
        command.wait_for_trials(3)
        doomed.kill_head()
        code, printed, told = command.finish()
    assert (code, printed) == (2, ""), told
    assert f"The Ray cluster at {doomed.address} is lost." in told.splitlines()[-1]
    assert "run the same command again: what is done is kept" in told.splitlines()[-1]
    assert "Traceback" not in told
    assert command.wait_for_workers_to_end() == []
    known = command.outcomes()
    whole = tune("whole", "--workers", "1")
    assert whole.finish()[0] == 0
    with RayCluster() as another:
        command = tune("killed", "--on", another.address)
        code, _, told = command.finish()
    assert code == 0, told
    assert known.items() <= command.outcomes().items()
    assert command.found() == whole.found()

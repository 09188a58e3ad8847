"""Trials on a real Ray cluster of this machine, whose nodes and processes are killed."""

import importlib.util
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import cloudpickle
import numpy as np
import psutil
import pytest
from execution import commands, tiny
from execution.ray_cluster import RayCluster

from paceline.execution import ClusterError, ProcessExecutor, RayExecutor, WorkerLostError
from paceline.execution import train as train_prepared
from paceline.execution._ray import _own_modules
from paceline.trials import TaskError, set_threads

if importlib.util.find_spec("ray") is None:
    pytest.skip("Ray is not installed", allow_module_level=True)

NOTHING = cloudpickle.dumps(int)
cloudpickle.register_pickle_by_value(tiny)
cloudpickle.register_pickle_by_value(sys.modules[__name__])


@pytest.fixture(scope="module")
def cluster() -> Iterator[RayCluster]:
    with pytest.MonkeyPatch.context() as patch, RayCluster() as made:
        patch.setenv("RAY_AUTH_MODE", "disabled")
        patch.delenv("RAY_ADDRESS", raising=False)
        yield made


def on_ray(cluster: RayCluster, *, prepare: bytes = NOTHING, **changes) -> RayExecutor:
    settings = {"address": cluster.address, "workers": None, "threads": 1, **changes}
    return RayExecutor(prepare=prepare, **settings)


def wait_for(*conditions) -> None:
    end = time.monotonic() + 60
    while not all(condition() for condition in conditions):
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def is_gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == "zombie"


def test_losses_are_bit_identical_on_ray_in_processes_and_here(
    cluster: RayCluster,
) -> None:
    set_threads(1)
    plan = tiny.plan(seeds=2)
    prepare = plan.setup.preparation(1)
    trainer = plan.setup.trainer()
    with (
        on_ray(cluster, prepare=prepare) as ray,
        ProcessExecutor(1, prepare=prepare) as processes,
    ):
        assert ray.workers == 1
        elsewhere = [
            [executor.submit(train_prepared, [trial]) for trial in plan.trials.values()]
            for executor in (ray, processes)
        ]
        for trial, *others in zip(plan.trials.values(), *elsewhere, strict=True):
            here = trainer.run(trial)
            for other in (future.result()[0] for future in others):
                assert other.status == here.status == "done"
                np.testing.assert_array_equal(other.losses, here.losses)
                np.testing.assert_array_equal(other.rates, here.rates)
                np.testing.assert_equal(other.validation, here.validation)


@pytest.mark.slow
def test_results_are_the_same_when_a_node_dies_in_the_middle(
    cluster: RayCluster, tmp_path: Path
) -> None:
    plan = tiny.plan(seeds=3)
    trials = list(plan.trials.values())

    def train(trial):
        (tmp_path / f"{trial.variant} {trial.seed} {os.getpid()}").touch()
        while not (tmp_path / "killed").exists():
            time.sleep(0.05)
        return train_prepared([trial])[0]

    cluster.add_node()
    with on_ray(cluster, prepare=plan.setup.preparation(1)) as executor:
        assert executor.workers == 2
        futures = [executor.submit(train, trial) for trial in trials]
        wait_for(lambda: len(list(tmp_path.iterdir())) == 2)
        cluster.kill_node()
        (tmp_path / "killed").touch()
        outcomes = [future.result() for future in futures]
    begun = [path.name for path in tmp_path.iterdir() if path.name != "killed"]
    assert len(begun) == len(trials) + 1
    trainer = plan.setup.trainer()
    for trial, outcome in zip(trials, outcomes, strict=True):
        np.testing.assert_array_equal(outcome.losses, trainer.run(trial).losses)


@pytest.mark.slow
def test_a_process_is_prepared_once_and_belongs_to_one_executor(
    cluster: RayCluster,
) -> None:
    def prepared_as(name: str) -> bytes:
        return cloudpickle.dumps(lambda: os.environ.update(P=os.environ.get("P", "") + name))

    def seen() -> tuple[int, str, str]:
        return os.getpid(), os.environ["P"], os.environ["KERAS_BACKEND"]

    with (
        on_ray(cluster, prepare=prepared_as("a")) as a,
        on_ray(cluster, prepare=prepared_as("b")) as b,
    ):
        (first, *of_a), again, (second, *of_b) = (
            executor.submit(seen).result() for executor in (a, a, b)
        )
    assert again == (first, *of_a)
    assert of_a == ["a", tiny.keras.backend.backend()]
    assert of_b == ["b", tiny.keras.backend.backend()]
    assert first != second


def test_an_error_comes_back_in_words_and_the_process_goes_on(
    cluster: RayCluster,
) -> None:
    def unprepared() -> None:
        raise TaskError("Nothing to train.")

    with on_ray(cluster) as executor:
        before = executor.submit(os.getpid).result()
        with pytest.raises(RuntimeError, match="ValueError: invalid literal"):
            executor.submit(int, "x").result()
        assert executor.submit(os.getpid).result() == before
    with (
        on_ray(cluster, prepare=cloudpickle.dumps(unprepared)) as executor,
        pytest.raises(RuntimeError, match=r"^TaskError: Nothing to train\.$"),
    ):
        executor.submit(int).result()


@pytest.mark.slow
def test_after_three_deaths_the_work_is_lost_and_the_others_go_on(
    cluster: RayCluster, tmp_path: Path
) -> None:
    def dies(name: str, times: int) -> str:
        tries = tmp_path / name
        with tries.open("a") as file:
            file.write("x")
        if len(tries.read_text()) <= times:
            os.kill(os.getpid(), signal.SIGKILL)
        return tries.read_text()

    with on_ray(cluster, workers=2) as executor:
        lost, *others = [executor.submit(dies, str(times), times) for times in (9, 0, 2)]
        assert [future.result() for future in others] == ["x", "xxx"]
        with pytest.raises(WorkerLostError, match="died 3 times"):
            lost.result()
    assert (tmp_path / "9").read_text() == "xxx"


@pytest.mark.slow
def test_where_there_are_gpus_each_call_has_one_in_a_process_of_its_own(
    cluster: RayCluster,
) -> None:
    def seen() -> tuple[str, int]:
        return os.environ["CUDA_VISIBLE_DEVICES"], os.getpid()

    cluster.add_node(gpus=1)
    try:
        with on_ray(cluster) as executor:
            assert executor.workers == 1
            (gpu, first), (again, second) = (executor.submit(seen).result() for _ in range(2))
    finally:
        cluster.kill_node()
    assert gpu == again == "0"
    assert first != second


@pytest.mark.slow
def test_what_the_user_wrote_travels(
    cluster: RayCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "own_package"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "inner.py").write_text("from own_module import ANSWER")
    (tmp_path / "own_module.py").write_text("ANSWER = 42")
    monkeypatch.syspath_prepend(tmp_path)
    for name in ("own_package", "own_module"):
        monkeypatch.setitem(sys.modules, name, None)  # so that none is left there afterwards
        del sys.modules[name]
        importlib.import_module(name)

    def asked() -> int:
        from own_package.inner import ANSWER

        return ANSWER

    with on_ray(cluster) as executor:
        package.rename(tmp_path / "away")
        (tmp_path / "own_module.py").unlink()
        assert executor.submit(asked).result() == 42


def test_what_is_installed_does_not_travel() -> None:
    importlib.import_module("scipy.stats")  # one of its modules calls itself another name
    assert not [path for path in _own_modules() if "site-packages" in path]


@pytest.mark.slow
def test_a_client_joins_from_outside_of_the_cluster(cluster: RayCluster) -> None:
    with on_ray(cluster, address=cluster.client_address) as executor:
        assert executor.workers == 1
        first = executor.submit(os.getpid).result()
        with pytest.raises(RuntimeError, match="ValueError: invalid literal"):
            executor.submit(int, "x").result()
        with pytest.raises(WorkerLostError, match="died 3 times"):
            executor.submit(os._exit, 1).result()
        assert executor.submit(os.getpid).result() != first
    with pytest.raises(ClusterError, match="is no Ray cluster"):
        on_ray(cluster, address=f"ray://{cluster.address}")


@pytest.mark.slow
def test_without_an_address_the_cluster_of_the_environment_is_joined(
    cluster: RayCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAY_ADDRESS", cluster.address)
    with on_ray(cluster, address=None) as executor:
        assert executor.submit(pow, 2, 3).result() == 8


JOINED = """
import sys
import cloudpickle, ray
from paceline.execution import RayExecutor
ray.init(sys.argv[1], log_to_driver=False, logging_level="ERROR")
settings = {"address": None, "prepare": cloudpickle.dumps(int), "workers": 1, "threads": 1}
with RayExecutor(**settings) as executor:
    where = lambda: __import__("ray").get_runtime_context().get_node_id()
    assert executor.submit(where).result() == ray.get_runtime_context().get_node_id()
assert ray.is_initialized()
ray.shutdown()
"""


@pytest.mark.slow
def test_without_an_address_the_cluster_that_the_user_joined_is_used_and_left_as_it_is(
    cluster: RayCluster,
) -> None:
    call = [sys.executable, "-c", JOINED, cluster.address]
    environment = {**os.environ, "KERAS_BACKEND": "jax"}
    done = subprocess.run(call, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("ray://127.0.0.1:1", "answers at ray://127.0.0.1:1: Connection refused. .*HOST:6379"),
        ("127.0.0.1:1", "answers at 127.0.0.1:1: Connection refused"),
        ("ray://no.such.host.invalid", "no.such.host.invalid:10001: Name or service not known"),
        ("head", "names a host and a port; got 'head'"),
        ("ray://head:port", "names a host and a port; got 'ray://head:port'"),
        ("http://head:8265", "names a host and a port; got 'http://head:8265'"),
    ],
)
def test_an_address_nobody_answers_at_is_named_with_the_way_out(address: str, words: str) -> None:
    with pytest.raises(ClusterError, match=words):
        RayExecutor(address=address, prepare=NOTHING, workers=None, threads=1)


def test_what_listens_and_says_nothing_is_no_cluster() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(ClusterError, match=f"What answers at {address} is no Ray cluster"):
            RayExecutor(address=address, prepare=NOTHING, workers=None, threads=1)


def test_a_cluster_without_enough_cpus_is_refused(cluster: RayCluster) -> None:
    with pytest.raises(ClusterError, match="no node with 64 CPU: take fewer threads"):
        on_ray(cluster, threads=64)


@pytest.mark.slow
def test_a_cluster_that_has_lost_its_room_is_waited_for_and_then_a_clear_end(
    cluster: RayCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sleeps() -> None:
        (tmp_path / "begun").touch()
        time.sleep(1000)

    monkeypatch.setattr("paceline.execution._ray._WAITS_FOR_ROOM", 10)
    cluster.add_node(cpus=2)
    with on_ray(cluster, threads=2) as executor:
        waiting = executor.submit(sleeps)
        wait_for((tmp_path / "begun").exists)
        cluster.kill_node()
        with pytest.raises(ClusterError, match=r"no node with 2 CPU for 10 s.*same command again"):
            waiting.result()


@pytest.mark.slow
def test_a_cluster_whose_head_dies_is_a_clear_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAY_AUTH_MODE", "disabled")
    monkeypatch.setenv("RAY_gcs_rpc_server_reconnect_timeout_s", "2")  # Paceline's own: 30
    with RayCluster() as doomed, on_ray(doomed) as executor:
        executor.submit(int).result()
        waiting = executor.submit(time.sleep, 1000)
        doomed.kill_head()
        with pytest.raises(ClusterError, match=f"{doomed.address} is lost.*same command again"):
            waiting.result()
        with pytest.raises(ClusterError, match="is lost"):
            executor.submit(int).result()


@pytest.mark.slow
def test_killing_ends_what_runs(cluster: RayCluster, tmp_path: Path) -> None:
    def sleeps() -> None:
        (tmp_path / str(os.getpid())).touch()
        time.sleep(1000)

    with on_ray(cluster) as executor:
        executor.submit(sleeps)
        wait_for(lambda: any(tmp_path.iterdir()))
        executor.kill()
        with pytest.raises(WorkerLostError, match="was stopped"):
            executor.submit(int).result()
    (pid,) = (int(path.name) for path in tmp_path.iterdir())
    wait_for(lambda: is_gone(pid))


COORDINATOR = """
import os, sys, time
from pathlib import Path
import cloudpickle
from paceline.execution import RayExecutor

def sleeps():
    print("printed on a node")
    Path("pid").write_text(str(os.getpid()))
    time.sleep(1000)

with RayExecutor(
    address=sys.argv[1], prepare=cloudpickle.dumps(int), workers=None, threads=1
) as executor:
    print(executor.submit(pow, 2, 3).result(), flush=True)
    executor.submit(sleeps).result()
"""


@pytest.mark.slow
@pytest.mark.parametrize("started", [False, True])
def test_what_runs_ends_when_the_coordinator_is_killed_and_ray_prints_nothing(
    started: bool, cluster: RayCluster, tmp_path: Path
) -> None:
    """On a cluster that runs on; and on one that it started, as the last of 'ray start' is gone."""
    mark = f"{started} {os.getpid()} {time.time()}"
    with tempfile.TemporaryDirectory() as folder:  # a short name, for the sockets in it
        last = Path(folder, "ray", "ray_current_cluster")
        last.parent.mkdir()
        last.write_text("127.0.0.1:1")
        names = {"KERAS_BACKEND": "jax", "PACELINE_TEST": mark, "RAY_TMPDIR": folder}
        with subprocess.Popen(
            [sys.executable, "-c", COORDINATOR, "ray" if started else cluster.address],
            cwd=tmp_path,
            env={**os.environ, **names},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            wait_for(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text())
            pid = int((tmp_path / "pid").read_text())
            assert started == (pid in commands.marked(mark))
            process.kill()
            out, err = process.communicate()
        assert (out, err) == ("8\n", "")
        wait_for(lambda: is_gone(pid), lambda: not list(commands.marked(mark)))

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import cloudpickle
import keras
import numpy as np
import pytest
from execution import tiny

from paceline.execution import (
    InlineExecutor,
    ProcessExecutor,
    Progress,
    Store,
    WorkerLostError,
    run_plan,
)
from paceline.schedules import constant
from paceline.trials import TaskError, Variant, set_threads

NOTHING = cloudpickle.dumps(int)
cloudpickle.register_pickle_by_value(tiny)


@pytest.fixture
def light(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let worker processes start at once, without Keras: nothing is trained in them."""
    folder = tmp_path_factory.mktemp("light")
    (folder / "keras.py").touch()
    monkeypatch.syspath_prepend(folder)


def run(plan, *, workers: int, store: Store | None = None):
    return run_plan(
        plan,
        store=store,
        workers=workers,
        threads=1,
        progress=Progress(shown=False),
        best=lambda outcomes: "",
    )


def test_inline_work_is_done_when_submitted_and_its_error_is_in_the_future() -> None:
    executor = InlineExecutor()
    assert executor.submit(pow, 2, 3).result() == 8
    assert isinstance(executor.submit(int, "x").exception(), ValueError)


@pytest.mark.usefixtures("light")
def test_a_process_that_dies_is_replaced_and_its_work_done_again(tmp_path: Path) -> None:
    tries = tmp_path / "tries"

    def dies_once() -> int:
        with tries.open("a") as file:
            file.write("x")
        if len(tries.read_text()) < 2:
            os.kill(os.getpid(), signal.SIGKILL)
        return os.getpid()

    with ProcessExecutor(1, prepare=NOTHING) as executor:
        first = executor.submit(os.getpid).result()
        assert executor.submit(os.getpid).result() == first
        last = executor.submit(dies_once).result()
        assert last not in {first, os.getpid()}
        assert executor.submit(os.getpid).result() == last


@pytest.mark.usefixtures("light")
def test_after_three_deaths_the_work_is_lost_and_the_others_go_on(tmp_path: Path) -> None:
    tries = tmp_path / "tries"

    def dies() -> None:
        with tries.open("a") as file:
            file.write("x")
        os.kill(os.getpid(), signal.SIGKILL)

    with ProcessExecutor(2, prepare=NOTHING) as executor:
        lost, *others = [executor.submit(work, 3) for work in (lambda _: dies(), abs, abs, abs)]
        assert [future.result() for future in others] == [3, 3, 3]
        with pytest.raises(WorkerLostError, match="died 3 times"):
            lost.result()
    assert tries.read_text() == "xxx"


@pytest.mark.usefixtures("light")
def test_an_error_comes_back_in_words_and_the_process_goes_on() -> None:
    with ProcessExecutor(1, prepare=NOTHING) as executor:
        before = executor.submit(os.getpid).result()
        with pytest.raises(RuntimeError, match="ValueError: invalid literal"):
            executor.submit(int, "x").result()
        assert executor.submit(os.getpid).result() == before


@pytest.mark.usefixtures("light")
def test_where_there_are_gpus_each_process_sees_one_and_so_does_the_next_in_its_place(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def dies_once() -> None:
        if not (tmp_path / "died").exists():
            (tmp_path / "died").touch()
            os.kill(os.getpid(), signal.SIGKILL)

    def seen() -> str:
        gpu = os.environ["CUDA_VISIBLE_DEVICES"]
        (tmp_path / gpu).touch()
        while len(list(tmp_path.iterdir())) < 3:
            time.sleep(0.05)
        return gpu

    monkeypatch.setattr("paceline.execution._executors.visible_gpus", lambda: ["3", "5"])
    with ProcessExecutor(2, prepare=NOTHING) as executor:
        executor.submit(dies_once).result()
        seen_at_once = [executor.submit(seen) for _ in range(2)]
        assert {future.result() for future in seen_at_once} == {"3", "5"}


@pytest.mark.usefixtures("light")
def test_killing_ends_the_processes_and_what_they_started() -> None:
    def sleeps() -> None:
        subprocess.run(["sleep", "1000"])

    with ProcessExecutor(1, prepare=NOTHING) as executor:
        worker = executor.submit(os.getpid).result()
        executor.submit(sleeps)
        executor.kill()
    for _ in range(100):
        try:
            os.killpg(worker, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    pytest.fail("what the worker started still runs")


def test_losses_are_bit_identical_in_process_and_here_in_any_order() -> None:
    set_threads(1)
    plan = tiny.plan(seeds=3)
    inline = run(plan, workers=1)
    elsewhere = run(plan, workers=2)
    assert list(inline) == list(elsewhere) == list(plan.trials)
    backward = plan.setup.trainer()
    for key, trial in reversed(plan.trials.items()):
        again = backward.run(trial)
        for other in (inline[key], elsewhere[key]):
            assert other.status == again.status == "done"
            np.testing.assert_array_equal(other.losses, again.losses)
            np.testing.assert_array_equal(other.rates, again.rates)
            np.testing.assert_equal(other.validation, again.validation)


def test_the_users_keras_settings_hold_in_a_worker(tmp_path: Path) -> None:
    def noted():
        (tmp_path / "policy").write_text(keras.config.dtype_policy().name)
        return tiny.task()

    before = keras.config.dtype_policy()
    plan = tiny.plan(noted, seeds=1)
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        plan = tiny.plan(noted, seeds=1)
    finally:
        keras.config.set_dtype_policy(before)
    run(plan, workers=2)
    assert (tmp_path / "policy").read_text() == "mixed_bfloat16"


class Scaled(keras.losses.Loss):
    def __init__(self, scale: float) -> None:
        super().__init__()
        self.scale = scale

    def call(self, y_true, y_pred):
        return self.scale * keras.ops.mean((y_true - y_pred) ** 2, axis=-1)


def test_a_task_with_a_loss_of_ones_own_travels() -> None:
    task = tiny.task(loss=Scaled(4.0), metrics=[keras.metrics.MeanAbsoluteError()])
    plain = run(tiny.plan(tiny.task(), seeds=1, a=constant(peak=0.0)), workers=1)
    scaled = run(tiny.plan(task, seeds=1, a=constant(peak=0.0)), workers=2)
    np.testing.assert_allclose(scaled["a-0"].losses, 4.0 * plain["a-0"].losses, rtol=1e-6)


@pytest.mark.slow
def test_a_trial_whose_worker_dies_is_lost_and_runs_again_the_next_time(tmp_path: Path) -> None:
    class Dies(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            if not (tmp_path / "memory").exists():
                os.kill(os.getpid(), signal.SIGKILL)

    fixed = constant(peak=0.1)
    plan = tiny.plan(seeds=1, good=fixed, hungry=Variant(schedule=fixed, callbacks=(Dies(),)))
    with Store(tmp_path / "s.sqlite") as store:
        first = run(plan, workers=2, store=store)
        (tmp_path / "memory").touch()
        second = run(plan, workers=2, store=store)
    assert first["good-0"].status == "done"
    assert first["hungry-0"].status == "lost"
    assert "out of memory" in str(first["hungry-0"].error)
    assert second["hungry-0"].status == "done"
    assert second["good-0"].seconds == first["good-0"].seconds


def test_a_task_that_cannot_be_pickled_is_named() -> None:
    lock = threading.Lock()
    task = tiny.task(optimizer=lambda rate: keras.optimizers.SGD(rate, name=repr(lock)))
    plan = tiny.plan(task, seeds=1)
    with pytest.raises(TaskError, match=r"can't travel to worker processes: .*workers=1"):
        run(plan, workers=2)


SCRIPT = """
import keras, numpy as np, paceline
print("the script runs")
x = np.random.default_rng(0).normal(size=(16, 4))
task = paceline.Task(
    model=lambda: keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(4)]),
    optimizer=lambda rate: keras.optimizers.SGD(rate),
    loss="mse", train=(x, x), batch_size=8, epochs=1,
)
result = paceline.compare(task, {"a": paceline.constant(peak=0.1)}, seeds=2, workers=2)
print([outcome.is_result for outcome in result.outcomes])
"""


@pytest.mark.slow
def test_a_script_without_a_main_guard_runs_once(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(SCRIPT)
    done = subprocess.run(
        [sys.executable, "script.py"],
        cwd=tmp_path,
        env={**os.environ, "KERAS_BACKEND": "jax"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "the script runs\n[True, True]\n"

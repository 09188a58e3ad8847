"""A folder of TensorBoard is read without TensorFlow, and only as the log of one training."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from logs.written import events

from paceline.logs import read_tensorboard

pytest.importorskip("tensorboard")


def test_runs_below_the_folder_are_one_log(tmp_path: Path) -> None:
    events(tmp_path / "train", epoch_loss={0: 2.0, 1: 1.5}, batch_loss={0: 2.5, 1: 2.0, 2: 1.5})
    events(tmp_path / "validation", epoch_loss={0: 2.2, 1: 1.7})
    events(tmp_path, learning_rate=dict.fromkeys(range(4), 0.5))
    log = read_tensorboard(tmp_path)
    assert log.roles == {
        ".: learning_rate": "rate",
        "train: epoch_loss": "loss",
        "train: batch_loss": "loss",
        "validation: epoch_loss": "validation",
    }
    loss, measured = log.training_loss(), log.track("validation")
    np.testing.assert_array_equal(loss.values, [2.5, 2.0, 1.5])
    assert (loss.unit, measured.unit) == ("update", "epoch")
    np.testing.assert_array_equal(measured.places, [1, 2])
    np.testing.assert_array_equal(log.track("rate").values, [0.5] * 4)


def test_a_folder_of_none_or_of_several_trainings_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="has none"):
        read_tensorboard(tmp_path)
    with pytest.raises(FileNotFoundError, match="No folder"):
        read_tensorboard(tmp_path / "missing")
    for run in ("a", "b"):
        events(tmp_path / run, loss={0: 1.0})
    with pytest.raises(ValueError, match="has several: a, b"):
        read_tensorboard(tmp_path)
    events(tmp_path / "c" / "validation", loss={0: 1.0})
    with pytest.raises(ValueError, match=r"training loss.*has '\.: loss'"):
        read_tensorboard(tmp_path / "c" / "validation").training_loss()


_READS = """
import sys
from pathlib import Path
from paceline.logs import read_tensorboard
print(len(read_tensorboard(Path({folder!r})).training_loss()))
assert "tensorflow" not in sys.modules
"""


def test_reading_what_keras_logs_does_not_start_tensorflow(tmp_path: Path) -> None:
    tensorflow = pytest.importorskip("tensorflow")
    pytest.importorskip("jax")
    log = tensorflow.summary.create_file_writer(str(tmp_path / "train"))
    with log.as_default():
        for step in range(15):
            tensorflow.summary.scalar("batch_loss", 2.0 - 0.1 * step, step=step)
            tensorflow.summary.scalar("epoch_loss", 1.0, step=step // 5)
    log.close()
    call = [sys.executable, "-c", _READS.format(folder=str(tmp_path))]
    done = subprocess.run(
        call, env={**os.environ, "KERAS_BACKEND": "jax"}, capture_output=True, text=True
    )
    assert done.stdout.strip() == "15", done.stderr

"""Every log of one training gives the same curves; what gives no curves is refused."""

from pathlib import Path

import keras
import numpy as np
import pytest
from logs.written import columns, write

import paceline
from paceline.callbacks import RateRecorder
from paceline.health import Curves, diagnose, read_curves
from paceline.trials import Outcome

EPOCHS, EACH = 12, 16
SCHEDULE = paceline.cosine(peak=0.1, steps=EPOCHS * EACH, warmup=10)

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def trained(folder: Path, *callbacks: keras.callbacks.Callback) -> keras.callbacks.History:
    keras.utils.set_random_seed(0)
    x = np.random.default_rng(0).normal(size=(EACH * 20, 8)).astype("float32")
    model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(SCHEDULE), "mse")
    log = keras.callbacks.CSVLogger(folder / "log.csv")
    y = x.sum(axis=1)
    settings = {"batch_size": 16, "epochs": EPOCHS, "validation_split": 0.2, "verbose": 0}
    return model.fit(x, y, **settings, callbacks=[*callbacks, log])


def test_a_history_its_csv_file_and_its_recorder_agree(tmp_path: Path) -> None:
    recorder = RateRecorder()
    history = trained(tmp_path, recorder)
    fitted, logged = read_curves(history), read_curves(tmp_path / "log.csv")
    np.testing.assert_allclose(fitted.losses, history.history["loss"])
    np.testing.assert_allclose(fitted.loss_steps, np.arange(1, EPOCHS + 1))
    for name in ("losses", "loss_steps", "rates", "rate_steps", "validation", "validation_steps"):
        np.testing.assert_allclose(getattr(logged, name), getattr(fitted, name), rtol=1e-6)
    assert fitted.unit == logged.unit == "epoch"
    assert fitted.unknown == logged.unknown == ()
    every = read_curves(history, recorder=recorder)
    np.testing.assert_allclose(every.rates, SCHEDULE(np.arange(EPOCHS * EACH)), rtol=1e-6)
    np.testing.assert_allclose(every.rate_steps[EACH - 1 :: EACH], np.arange(1, EPOCHS + 1))


def test_a_history_without_rates_takes_them_from_the_schedule(tmp_path: Path) -> None:
    history = trained(tmp_path)
    assert read_curves(history).unknown == ("the rate",)
    curves = read_curves(history, schedule=SCHEDULE)
    np.testing.assert_allclose(curves.rates, SCHEDULE(np.arange(EPOCHS * EACH)), rtol=1e-12)
    np.testing.assert_allclose(curves.rate_steps[-1], EPOCHS)
    given = read_curves(history.history, schedule=SCHEDULE, steps=EPOCHS * EACH)
    np.testing.assert_array_equal(given.rates, curves.rates)
    with pytest.raises(ValueError, match="steps=steps_per_epoch"):
        read_curves(history.history, schedule=SCHEDULE)


def test_a_recorder_is_for_a_history_that_it_has_seen(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="without rates"):
        read_curves({"loss": [1.0] * 12}, recorder=RateRecorder())
    with pytest.raises(TypeError, match="got int"):
        read_curves({"loss": [1.0] * 12}, recorder=3)
    with pytest.raises(ValueError, match="beside a history only"):
        read_curves(columns(tmp_path / "a.csv", loss=[1.0] * 12), recorder=RateRecorder())


def test_a_trial_gives_every_update_and_epochs_at_their_ends() -> None:
    rates = np.linspace(0.1, 0.0, 40)
    trial = Outcome(
        variant="a", seed=0, status="done", rates=rates, losses=np.linspace(2, 1, 40),
        steps_per_epoch=10, validation={"loss": np.array([2.0, 1.5, 1.2, 1.1])}, test={},
        seconds=0.0, peak_memory=0, versions={},
    )  # fmt: skip
    curves = read_curves(trial)
    np.testing.assert_array_equal(curves.rates, rates)
    np.testing.assert_array_equal(curves.validation_steps, [9, 19, 29, 39])
    assert curves.unit == "update"


def test_rows_without_step_or_epoch_are_updates(tmp_path: Path) -> None:
    curves = read_curves(columns(tmp_path / "a.csv", loss=[3.0, 2.0, 1.0]))
    assert curves.unit == "update"
    np.testing.assert_array_equal(curves.loss_steps, [0, 1, 2])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("epoch,loss\n0,2.0\n1,1.0\n0,2.0", "got 2 and then 1"),
        ("epoch,loss\n0,2.0\n0,1.0", "got 1 and then 1"),
        ("epoch,loss\n,2.0\n1,1.0", "that grow"),
    ],
)
def test_places_that_do_not_grow_are_refused(text: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=words):
        read_curves(write(tmp_path / "a.csv", text))


def test_a_tensorboard_folder_gives_losses_validation_and_the_rate_of_every_update(
    tmp_path: Path,
) -> None:
    writer = pytest.importorskip("tensorboard.summary").Writer
    history = trained(tmp_path, RateRecorder(log_dir=tmp_path / "tb"))
    for run, name in (("train", "loss"), ("validation", "val_loss")):
        log = writer(str(tmp_path / "tb" / run))
        for epoch, loss in enumerate(history.history[name]):
            log.add_scalar("epoch_loss", loss, epoch)
        log.close()
    curves, fitted = read_curves(tmp_path / "tb"), read_curves(history)
    np.testing.assert_allclose(curves.losses, fitted.losses, rtol=1e-6)
    np.testing.assert_allclose(curves.validation, fitted.validation, rtol=1e-6)
    np.testing.assert_array_equal(curves.loss_steps, fitted.loss_steps)
    np.testing.assert_allclose(curves.rates, SCHEDULE(np.arange(EPOCHS * EACH)), rtol=1e-6)
    with pytest.raises(ValueError, match="needs a training loss"):
        read_curves(tmp_path / "tb" / "validation")


def test_curves_that_were_built_by_hand_are_taken_as_they_are() -> None:
    curves = Curves(losses=np.ones(20), loss_steps=np.arange(20), unit="update")
    assert read_curves(curves) is curves
    assert [finding.name for finding in diagnose(curves)] == ["plateau"]

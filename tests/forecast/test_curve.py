"""A curve is what was logged, with the rate of every update; what would be a guess is said."""

import os
from pathlib import Path

import keras
import numpy as np
import pytest
from comparison.outcomes import failed, outcome
from hypothesis import given
from hypothesis import strategies as st
from logs.written import columns, events, write

import paceline
from paceline.callbacks import RateRecorder
from paceline.forecast import Curve
from paceline.schedules import Linear, wsd

PUBLISHED = Path(__file__).parents[3] / "shared" / "data" / "loss_curves"
LOSSES = st.lists(st.floats(1e-3, 1e3), min_size=2, max_size=30)


def same(curve: Curve, other: Curve) -> None:
    for name in ("losses", "steps", "rates"):
        np.testing.assert_array_equal(getattr(curve, name), getattr(other, name))
    assert curve.unlogged == other.unlogged


@given(
    losses=LOSSES,
    each=st.integers(1, 50),
    separator=st.sampled_from([",", ";", "\t", " "]),
    order=st.permutations(["step", "lr", "loss"]),
)
def test_what_is_written_comes_back_in_any_order_of_columns(
    losses: list[float],
    each: int,
    separator: str,
    order: list[str],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    rates = wsd(peak=0.1, steps=each * len(losses), decay=0.5)(np.arange(each * len(losses)))
    steps = np.arange(0, each * len(losses), each)
    values = {"step": steps, "lr": rates[steps], "loss": losses}
    path = tmp_path_factory.mktemp("csv") / "run.csv"
    columns(path, separator, **{name: values[name] for name in order})
    curve = Curve.from_csv(path)
    np.testing.assert_array_equal(curve.losses, losses)
    np.testing.assert_array_equal(curve.steps, steps)
    np.testing.assert_array_equal(curve.rates[steps], rates[steps])
    assert (curve.name, curve.unlogged) == ("run", 0)


def test_published_curves_have_their_warm_up_and_jump_where_the_new_rate_begins() -> None:
    if not PUBLISHED.is_dir():
        assert not os.environ.get("CI"), "The published curves need ../shared/data."
        pytest.skip("the published curves need loss_curves in ../shared/data")
    warm = (np.arange(2160) + 1) / 2161 * 3e-4
    for path in sorted(PUBLISHED.glob("*/*.csv")):
        curve = Curve.from_csv(path, warmup=2160)
        np.testing.assert_allclose(curve.rates[:2160], warm, rtol=1e-9)
        assert (curve.unlogged, curve.notes) == (0, ())
        assert len(curve.rates) == curve.steps[-1] + 1
        bare = Curve.from_csv(path)
        assert (bare.unlogged, len(bare.notes)) == (bare.steps[0], 1)
    jump = Curve.from_csv(PUBLISHED / "csv_25" / "wsdcon_9.csv", warmup=2160)
    np.testing.assert_allclose(jump.rates[[7999, 8000]], [3e-4, 9e-5])


def test_a_schedule_wins_over_the_column_and_needs_none(tmp_path: Path) -> None:
    steps, losses = [0, 50, 99], [3.0, 2.0, 1.0]
    schedule = Linear(start=0.1, end=0.0, steps=100)
    for rates in ({}, {"lr": [7.0, -1.0, np.nan]}):
        path = columns(tmp_path / "a.csv", step=steps, loss=losses, **rates)
        curve = Curve.from_csv(path, schedule=schedule)
        np.testing.assert_array_equal(curve.rates, schedule(np.arange(100)))
        assert curve.notes == ()
    bound = Curve.from_csv(path, schedule=paceline.linear(peak=0.1))
    same(bound, curve)
    assert "bound to 100 updates" in bound.notes[0]
    with pytest.raises(ValueError, match="Put it into the schedule"):
        Curve.from_csv(path, schedule=schedule, warmup=10)
    with pytest.raises(TypeError, match="from_keras"):
        Curve.from_csv(path, schedule=0.1)


@pytest.mark.parametrize(
    ("header", "loss", "expected"),
    [
        ("step,lr,loss,val_loss", None, 1.0),
        ("step,lr,loss,val_loss", "val_loss", 2.0),
        ("step,lr,accuracy,valid/loss", None, 2.0),
        ("step,lr,accuracy,valid/loss", "val_loss", 2.0),
        ("step,lr,accuracy,run 3 - ce_loss", None, 2.0),
        ("step,lr,perplexity,loss", "perplexity", 1.0),
    ],
)
def test_the_loss_is_the_training_loss_or_the_one_that_is_named(
    header: str, loss: str | None, expected: float, tmp_path: Path
) -> None:
    path = write(tmp_path / "a.csv", header, "0,0.1,1.0,2.0", "1,0.1,1.0,2.0")
    np.testing.assert_array_equal(Curve.from_csv(path, loss=loss).losses, [expected] * 2)


def test_nan_rows_are_left_out_and_a_training_that_diverged_is_told_where(tmp_path: Path) -> None:
    rows = {"step": [0, 1, 2, 3, ""], "lr": [0.1] * 5, "loss": [3.0, "nan", "", 2.0, 1.0]}
    curve = Curve.from_csv(columns(tmp_path / "a.csv", **rows))
    np.testing.assert_array_equal(curve.steps, [0, 3])
    assert "1 of 4 losses" in curve.notes[0]
    assert "whose update is missing" in curve.notes[0]
    assert "1 of 3 losses" in curve.notes[1]
    assert "not finite, the first at update 1" in curve.notes[1]
    rows = {"step": range(6), "lr": [0.1] * 6, "loss": [3.0, "nan", 2.0, 1.0, "nan", "inf"]}
    path = columns(tmp_path / "a.csv", **rows)
    with pytest.raises(ValueError, match="not finite from update 4 on"):
        Curve.from_csv(path)
    rows = {"step": range(7), "lr": [0.1] * 7, "loss": [3.0, *["nan"] * 3, 2.0, *["nan"] * 2]}
    sparse = columns(tmp_path / "a.csv", **rows)
    np.testing.assert_array_equal(Curve.from_csv(sparse).steps, [0, 4])


def test_a_training_that_was_resumed_is_read_as_it_went_on(tmp_path: Path) -> None:
    steps = [0, 10, 20, 30, 20, 30, 40]
    rates = [0.4, 0.4, 0.4, 0.4, 0.2, 0.2, 0.2]
    path = columns(tmp_path / "a.csv", step=steps, lr=rates, loss=[7, 6, 5, 9, 4, 3, 2])
    curve = Curve.from_csv(path)
    np.testing.assert_array_equal(curve.losses, [7, 6, 4, 3, 2])
    np.testing.assert_array_equal(curve.rates, np.repeat([0.4, 0.2], [20, 21]))
    restart, jump = curve.notes
    assert "go back from 30 to 20" in restart
    assert "jumps somewhere between the updates 10 and 20" in jump


BAD = {
    "no steps": ("lr,loss\n0.1,2\n0.1,1", "a column of updates"),
    "no loss": ("step,lr,accuracy\n0,0.1,2\n1,0.1,1", "none of such a name: 'step', 'lr'"),
    "two losses": ("step,lr,a_loss,b_loss\n0,1,2,2\n1,1,1,1", "several that may be it"),
    "no rates": ("step,loss\n0,2\n1,1", "'lr' or 'learning_rate', or a schedule"),
    "one point": ("step,lr,loss\n0,0.1,2", "two losses or more; 'loss' of .* has 1"),
    "negative loss": ("step,lr,loss\n0,1,2\n5,1,-0.5", "is -0.5 at update 5"),
    "loss of zero": ("step,lr,loss\n0,1,2\n5,1,0", "is 0 at update 5"),
    "no numbers": ("step,lr,loss\n0,1,nan\n5,1,nan", "has none"),
    "negative steps": ("step,lr,loss\n-5,1,2\n5,1,1", "has update -5"),
    "half steps": ("step,lr,loss\n0.5,1,2\n1.5,1,1", "has 0.5. If these are epochs"),
    "tokens": ("step,lr,loss\n1e9,1,2\n2e9,1,1", "divide them by those of a batch"),
    "far away": ("step,lr,loss\n1e9,1,2\n1e300,1,1", "has step 1e[+]300"),
    "epochs": ("epoch,lr,loss\n0,1,2\n1,1,1", "count_steps"),
    "rates of zero": ("step,lr,loss\n0,0,2\n1,0,1", "one above 0"),
    "negative rates": ("step,lr,loss\n0,0.1,2\n1,-0.1,1", "has -0.1 at update 1"),
    "rates of NaN": ("step,lr,loss\n0,nan,2\n1,nan,1", "none that is a number"),
    "unsorted": ("step,lr,loss\n3,1,2\n2,1,2\n1,1,2", "Sort the rows"),
    "empty": ("", "0 lines"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_refused_with_what_it_has(case: str, tmp_path: Path) -> None:
    text, words = BAD[case]
    path = write(tmp_path / "a.csv", text)
    with pytest.raises(ValueError, match=words):
        Curve.from_csv(path)


def test_a_loss_that_is_not_there_is_refused(tmp_path: Path) -> None:
    path = columns(tmp_path / "a.csv", step=[0, 1], lr=[1, 1], loss=[2, 1])
    with pytest.raises(ValueError, match="has none of that name: 'step', 'lr', 'loss'"):
        Curve.from_csv(path, loss="val_loss")
    with pytest.raises(TypeError, match="loss=3"):
        Curve.from_csv(path, loss=3)
    with pytest.raises(ValueError, match="counts updates; got steps_per_epoch=10"):
        Curve.from_csv(path, steps_per_epoch=10)
    with pytest.raises(FileNotFoundError, match="missing"):
        Curve.from_csv(tmp_path / "missing.csv")


def test_whole_steps_may_be_written_as_floats_and_rates_in_any_unit(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "step;lr;loss", "0,0;1000;2,5", "2176,0;1000;1,5")
    curve = Curve.from_csv(path)
    np.testing.assert_array_equal(curve.steps, [0, 2176])
    np.testing.assert_array_equal(curve.losses, [2.5, 1.5])
    np.testing.assert_array_equal(curve.rates, np.full(2177, 1000.0))


def test_epochs_are_at_their_ends_and_means_of_them_in_their_middle(tmp_path: Path) -> None:
    values = {"loss": [3.0, 2.0, 1.0], "val_loss": [3.5, 2.5, 1.5], "lr": [0.1, 0.1, 0.1]}
    path = columns(tmp_path / "a.csv", epoch=[0, 1, 2], **values)
    measured = Curve.from_csv(path, loss="val_loss", steps_per_epoch=100)
    np.testing.assert_array_equal(measured.steps, [99, 199, 299])
    trained = Curve.from_csv(path, steps_per_epoch=100)
    np.testing.assert_array_equal(trained.steps, [49, 149, 249])
    parts = columns(tmp_path / "b.csv", epoch=[0.0, 0.5, 1.25], **values)
    np.testing.assert_array_equal(Curve.from_csv(parts, steps_per_epoch=100).steps, [49, 124])


def fitted(*callbacks: keras.callbacks.Callback) -> keras.callbacks.History:
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(Linear(start=0.1, end=0.0, steps=40)), "mse")
    x, y = np.ones((40, 2)), np.ones((40, 1))
    settings = {"batch_size": 4, "epochs": 4, "validation_data": (x, y), "verbose": 0}
    return model.fit(x, y, **settings, callbacks=list(callbacks))


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_a_history_its_file_and_its_events_give_one_curve(tmp_path: Path) -> None:
    recorder = RateRecorder(log_dir=tmp_path / "tb") if _has_tensorboard() else RateRecorder()
    history = fitted(recorder, keras.callbacks.CSVLogger(tmp_path / "log.csv"))
    schedule = Linear(start=0.1, end=0.0, steps=40)
    curve = Curve.from_history(history, recorder=recorder, loss="val_loss")
    np.testing.assert_array_equal(curve.steps, [9, 19, 29, 39])
    np.testing.assert_allclose(curve.rates, schedule(np.arange(40)), rtol=1e-6)
    assert (curve.unlogged, curve.notes) == (0, ())
    logged = Curve.from_csv(
        tmp_path / "log.csv", loss="val_loss", schedule=schedule, steps_per_epoch=10
    )
    np.testing.assert_allclose(logged.losses, curve.losses, rtol=1e-6)
    np.testing.assert_array_equal(logged.steps, curve.steps)
    known = Curve.from_history(history, loss="val_loss", schedule=schedule)
    alone = Curve.from_history(
        history.history, recorder=recorder, loss="val_loss", steps_per_epoch=10
    )
    for other in (known, alone):
        np.testing.assert_array_equal(other.losses, curve.losses)
        np.testing.assert_array_equal(other.steps, curve.steps)
    means = Curve.from_history(history, schedule=paceline.linear(peak=0.1))
    np.testing.assert_array_equal(means.steps, [4, 14, 24, 34])
    np.testing.assert_allclose(means.rates, curve.rates[:35], rtol=1e-6)
    by_epoch = Curve.from_history(history, loss="val_loss")
    np.testing.assert_allclose(by_epoch.rates[9:], curve.rates[9:], rtol=1e-6)
    assert by_epoch.unlogged == 9
    if _has_tensorboard():
        events(tmp_path / "tb" / "validation", epoch_loss=dict(enumerate(curve.losses)))
        shown = Curve.from_tensorboard(tmp_path / "tb")
        np.testing.assert_allclose(shown.losses, curve.losses, rtol=1e-6)
        np.testing.assert_array_equal(shown.steps, curve.steps)
        np.testing.assert_allclose(shown.rates, curve.rates, rtol=1e-6)
        assert shown.name == "tb"


def _has_tensorboard() -> bool:
    try:
        import tensorboard  # noqa: F401
    except ImportError:
        return False
    return True


def test_a_recorder_of_more_than_the_history_is_refused() -> None:
    recorder = RateRecorder()
    history = fitted(recorder)
    history.model.fit(np.ones((40, 2)), np.ones((40, 1)), 4, 4, verbose=0, callbacks=[recorder])
    with pytest.raises(ValueError, match="a recorder that saw only it"):
        Curve.from_history(history, recorder=recorder)
    with pytest.raises(TypeError, match="For a file use"):
        Curve.from_history("log.csv")


def test_a_trial_gives_the_loss_before_each_update_and_of_each_epoch_after_it() -> None:
    trial = outcome("a", 3, [2.0, 1.5])
    curve = Curve.from_outcome(trial)
    np.testing.assert_array_equal(curve.steps, np.arange(19))
    np.testing.assert_array_equal(curve.losses, trial.losses[1:])
    np.testing.assert_array_equal(curve.rates, trial.rates[:19])
    assert (curve.name, curve.notes) == ("a/3", ())
    measured = Curve.from_outcome(trial, loss="val_loss")
    np.testing.assert_array_equal(measured.steps, [9, 19])
    np.testing.assert_array_equal(measured.losses, [2.0, 1.5])
    np.testing.assert_array_equal(measured.rates, trial.rates)


def test_a_trial_that_diverged_or_failed_is_refused() -> None:
    losses = np.append(np.linspace(2.0, 1.0, 10), [np.nan] * 10)
    with pytest.raises(ValueError, match="the trial a/0 is not finite from update 10 on"):
        Curve.from_outcome(outcome("a", 0, [2.0, 1.5], losses=losses))
    with pytest.raises(ValueError, match="two losses or more"):
        Curve.from_outcome(failed("a", 0))
    with pytest.raises(TypeError, match="Take one from a result's outcomes"):
        Curve.from_outcome([1.0, 2.0])


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"losses": [2.0]}, ValueError, "of one length, 2 or more"),
        ({"losses": [2.0, np.nan]}, ValueError, "'mine' has nan"),
        ({"losses": [2.0, 0.0]}, ValueError, "above 0"),
        ({"losses": "high"}, TypeError, "has high"),
        ({"losses": [[2.0, 1.0]]}, TypeError, "in one row"),
        ({"steps": [4, 4]}, ValueError, "and grow"),
        ({"steps": [-1, 4]}, ValueError, "0 or more"),
        ({"steps": [0.5, 4]}, ValueError, "whole numbers"),
        ({"rates": [0.1] * 4}, ValueError, "5 of them; 'mine' has 4"),
        ({"rates": [0.1] * 6}, ValueError, "5 of them; 'mine' has 6"),
        ({"rates": [0.0] * 5}, ValueError, "one above 0"),
        ({"rates": [0.1, 0.1, -0.1, 0.1, 0.1]}, ValueError, "0 or more"),
        ({"rates": [0.1, np.inf, 0.1, 0.1, 0.1]}, ValueError, "finite"),
    ],
)
def test_a_curve_by_hand_is_checked(changes: dict, error: type[Exception], words: str) -> None:
    fields = {"losses": [2.0, 1.0], "steps": [2, 4], "rates": [0.1] * 5, "name": "mine"}
    assert len(Curve(**fields).rates) == 5
    with pytest.raises(error, match=words):
        Curve(**(fields | changes))

import functools
import json
import re
import threading
from pathlib import Path

import keras
import numpy as np
import pytest
from execution import tiny

import paceline
from paceline.execution import StoppedError, Store, StoreError
from paceline.schedules import linear
from paceline.trials import TaskError
from paceline.tuning import TuneResult, holds_tuning, load_tuning
from paceline.tuning._budget import read_budget
from paceline.tuning._confirm import SEEDS, Size, confirmation_size, room_text
from paceline.tuning._families import FAMILIES
from paceline.tuning._outlook import outlook
from paceline.tuning._shares import RANGE_TEST

EPOCHS = 48  # of 5 updates: horizons of 40, 80 and 240
FEW = ("linear", "wsd")


def task(**changes) -> paceline.Task:
    usual = {"optimizer": lambda rate: keras.optimizers.SGD(rate), "epochs": EPOCHS}
    return tiny.task(**(usual | changes))


def tuned(**changes) -> TuneResult:
    asked = {"budget": 36, "families": FEW, "peaks": (0.02, 2.0), "progress": False, "name": "t"}
    return paceline.tune(task, **(asked | changes))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[TuneResult, Path]:
    place = tmp_path_factory.mktemp("whole") / "t.sqlite"
    return tuned(store=place), place


def facts(result: TuneResult) -> str:
    """Everything that was found, but for how long it took."""
    plain = result.to_dict()
    for name in ("environment", "command"):
        plain.pop(name)
        plain["confirmation"].pop(name)
    for trial in plain["confirmation"]["trials"]:
        trial.pop("seconds")
    return json.dumps(plain, sort_keys=True)


def test_it_ends_with_a_schedule_that_trains_and_what_it_gains(
    whole: tuple[TuneResult, Path], tmp_path: Path
) -> None:
    result, _ = whole
    assert result.best.schedule.length == result.horizon == 240
    assert result.best.recipe.over(240) == result.best.schedule
    assert eval(result.best.code, {"paceline": paceline}) == result.best.schedule
    assert repr(result) == f"<TuneResult: {result.best.code}>"
    model = tiny.model()
    model.compile(keras.optimizers.SGD(result.best.schedule), "mse")
    model.fit(tiny.X, tiny.X[:, :3], verbose=0)
    assert paceline.load_schedule(result.save(tmp_path / "s.json")) == result.best.schedule
    found = result.confirmation
    assert found is not None
    assert found.baseline == result.baseline.name == "linear to zero"
    assert "linear(" in result.baseline.code
    assert len(found.seeds) == SEEDS
    assert result.gain is not None
    assert result.verdict.startswith(repr(result.best.recipe))


def test_the_confirmation_has_seeds_that_the_search_has_not_seen(
    whole: tuple[TuneResult, Path],
) -> None:
    result, _ = whole
    assert result.confirmation is not None
    assert {trial.seed for trial in result.trials}.isdisjoint(result.confirmation.seeds)


def test_no_more_is_trained_than_the_budget_and_every_update_is_counted(
    whole: tuple[TuneResult, Path],
) -> None:
    result, _ = whole
    assert sum(result.spent.values()) <= result.limit == 36 * 240
    assert result.runs > 0.9 * 36
    assert result.spent["confirm"] == len(result.confirmation.outcomes) * 240
    alone = sum(trial.horizon for trial in result.trials)
    assert sum(result.spent.values()) - result.spent["confirm"] <= alone


def test_the_same_call_again_trains_nothing_and_finds_the_same(
    whole: tuple[TuneResult, Path],
) -> None:
    result, place = whole
    with Store(place, read_only=True) as store:
        before = len(store.trials())
    again = tuned(store=place)
    assert facts(again) == facts(result)
    seconds = [outcome.seconds for outcome in result.confirmation.outcomes]
    assert [outcome.seconds for outcome in again.confirmation.outcomes] == seconds
    with Store(place, read_only=True) as store:
        assert len(store.trials()) == before


def test_it_is_loaded_from_its_store_without_training(whole: tuple[TuneResult, Path]) -> None:
    result, place = whole
    loaded = load_tuning(place)
    assert facts(loaded) == facts(result)
    assert loaded.verdict == result.verdict
    with pytest.raises(ValueError, match=r"holds no search of 'other'\. It holds t"):
        load_tuning(place, task="other")


@pytest.mark.slow
def test_in_processes_it_finds_the_same(whole: tuple[TuneResult, Path]) -> None:
    assert facts(tuned(workers=2)) == facts(whole[0])


@pytest.mark.parametrize(
    "after", [1, -3, *(pytest.param(each, marks=pytest.mark.slow) for each in (0, 5, 30))]
)
def test_one_that_is_stopped_anywhere_goes_on_as_if_it_had_not_been(
    after: int, whole: tuple[TuneResult, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "t.sqlite"
    put, count = Store.put, iter(range(10**6))
    with Store(whole[1], read_only=True) as store:
        last = range(len(store.trials()))[after]

    def dying(self, *given, **named):
        if next(count) == last:
            raise StoppedError("stopped here")
        return put(self, *given, **named)

    with monkeypatch.context() as patch:
        patch.setattr(Store, "put", dying)
        with pytest.raises(StoppedError):
            tuned(store=place)
    assert holds_tuning(place)
    with pytest.raises(StoreError, match=r"The search of t in .* has not ended.*tune' command"):
        load_tuning(place)
    assert facts(tuned(store=place)) == facts(whole[0])


def test_a_comparison_that_came_after_a_search_that_was_stopped_is_what_a_store_holds(
    tmp_path: Path,
) -> None:
    place = tmp_path / "t.sqlite"
    with Store(place) as store:
        store.put_search("0", {}, task="t", task_key="1")
    assert holds_tuning(place)
    assert holds_tuning(place, task="other")  # there is no comparison of it, and this says it best
    with pytest.raises(ValueError, match=r"holds no search of 'other'\. It holds t"):
        load_tuning(place, task="other")
    paceline.compare(task, {"a": linear(peak=0.1)}, seeds=1, store=place, name="t", progress=False)
    assert not holds_tuning(place)


def test_another_seed_or_budget_is_another_search(whole: tuple[TuneResult, Path]) -> None:
    result, place = whole
    other = tuned(store=place, seed=1)
    assert other.trials != result.trials
    assert load_tuning(place).trials == other.trials
    assert facts(tuned(store=place)) == facts(result)


def test_a_time_becomes_updates_once_and_is_kept(tmp_path: Path) -> None:
    place = tmp_path / "t.sqlite"
    first = tuned(budget="4s", store=place)
    assert first.spent["calibrate"] == 80
    assert sum(first.spent.values()) <= first.limit
    again = tuned(budget="4s", store=place)
    assert (again.limit, facts(again)) == (first.limit, facts(first))


def test_the_range_test_gives_the_peaks_once(tmp_path: Path) -> None:
    place = tmp_path / "t.sqlite"
    found = tuned(peaks=None, budget=8, store=place)
    assert found.spent["find"] >= 280
    low, high = found.peaks
    assert low < found.start < high
    assert high / low == pytest.approx(100, rel=0.02)


def test_a_budget_too_small_to_confirm_says_so() -> None:
    found = tuned(budget=2)
    assert found.confirmation is None
    assert found.gain is None
    assert "which is no result: the budget had no room to confirm it" in found.verdict
    assert room_text(0.5) in found.verdict


def test_few_seeds_say_that_they_are_few() -> None:
    found = tuned(budget=8)
    assert len(found.confirmation.seeds) == 2
    assert "too few seeds" in found.verdict


def test_a_metric_that_should_grow_is_maximised() -> None:
    def accuracy() -> paceline.Task:
        labels = (tiny.X[:, 0] > 0).astype("int32")
        return paceline.Task(
            model=lambda: keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(2)]),
            optimizer=lambda rate: keras.optimizers.SGD(rate),
            loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            metrics=["accuracy"],
            train=(tiny.X[:36], labels[:36]),
            validation=(tiny.X[:36], labels[:36]),
            batch_size=8,
            epochs=16,
        )

    found = paceline.tune(
        accuracy, budget=20, families=FEW, peaks=(0.01, 1.0), metric="accuracy", progress=False
    )
    assert found.higher_is_better
    values = [found.shown_value(trial) for trial in found.trials if trial.ended_well]
    assert max(values) > min(values) >= 0
    assert found.best.schedule(8) > 0.001


@pytest.mark.parametrize(
    ("runs", "size"),
    [
        (1, None),
        (3, None),
        (4, Size(finalists=1, seeds=2)),
        (15, Size(finalists=1, seeds=7)),
        (16, Size(finalists=1, seeds=8)),
        (29, Size(finalists=2, seeds=8)),
        (32, Size(finalists=3, seeds=8)),
        (1000, Size(finalists=4, seeds=8)),
    ],
)
def test_as_many_are_confirmed_as_have_room_for_their_seeds(runs: int, size: Size | None) -> None:
    assert confirmation_size(runs) == size
    assert size is None or size.runs <= max(runs, 4)


@pytest.mark.parametrize("confirm", [0.5, 0.3, 0.1, 0.25, 1])
def test_from_which_budget_on_there_is_room_is_said_as_it_is(confirm: float) -> None:
    few, many = map(int, re.findall(r"of (\d+)", room_text(confirm)))
    for budget, size in (
        (few - 1, None),
        (few, Size(finalists=1, seeds=2)),
        (many, Size(finalists=1, seeds=SEEDS)),
    ):
        assert confirmation_size(int(confirm * budget * 240) // 240) == size
    assert confirmation_size(int(confirm * (many - 1) * 240) // 240).seeds < SEEDS


def test_where_nothing_is_kept_for_it_there_is_never_room() -> None:
    assert room_text(0).startswith("With confirm=0 nothing is kept for fresh seeds")


@pytest.mark.parametrize(
    ("changes", "error", "text"),
    [
        ({"budget": 0.5}, ValueError, "0.5 full runs is less than one full run of 240 updates"),
        ({"budget": "100 steps"}, ValueError, "100 steps is less than one full run"),
        ({"budget": "never"}, ValueError, "tune needs a budget that it can read; got 'never'"),
        ({"families": ("cosin",)}, ValueError, "no family 'cosin'. Known are: linear, cosine"),
        ({"families": "wsd"}, ValueError, "a list of names; got 'wsd'"),
        ({"families": ()}, ValueError, "tune needs families"),
        ({"peaks": (1.0, 0.1)}, ValueError, "peaks that rise"),
        ({"peaks": (0.0, 0.1)}, ValueError, "tune needs peaks > 0"),
        ({"peaks": 0.1}, ValueError, "two peaks; got peaks=0.1"),
        ({"confirm": 1.5}, ValueError, "tune needs confirm"),
        ({"workers": 0}, ValueError, "tune needs workers >= 1; got workers=0"),
        ({"threads": 0}, ValueError, "tune needs threads >= 1"),
        ({"margin": -1.0}, ValueError, "tune needs margin > 0"),
        ({"metric": "f1"}, ValueError, "No metric 'f1' is measured"),
        ({"seed": -1}, ValueError, "tune needs seed"),
        ({"budget": None}, TypeError, "tune needs a budget; got None"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_trains(
    changes: dict, error: type[Exception], text: str
) -> None:
    with pytest.raises(error, match=text):
        tuned(**changes)


def test_a_task_of_few_updates_is_refused() -> None:
    with pytest.raises(ValueError, match=r"a task of 40 updates or more.*got 35"):
        paceline.tune(functools.partial(task, epochs=7), budget=20, progress=False)


def test_where_nothing_trains_the_error_says_where_it_looked() -> None:
    with pytest.raises(ValueError, match=r"None of the .* diverged.*Give other peaks"):
        tuned(peaks=(1e4, 1e6), budget=20)


def test_a_task_without_a_peak_says_how_to_give_one() -> None:
    flat = task(train=(tiny.X[:36], np.zeros((36, 3))), loss=lambda y, p: 0.0 * p)
    with pytest.raises(ValueError, match=r"finds no peak to search around.*--peaks 0.01:1"):
        paceline.tune(flat, budget=20, progress=False)


def test_a_task_that_cannot_travel_is_named() -> None:
    lock = threading.Lock()
    named = lambda rate: keras.optimizers.SGD(rate, name=repr(lock))  # noqa: E731
    stuck = tiny.task(epochs=EPOCHS, optimizer=named)
    with pytest.raises(TaskError, match="can't travel to worker processes"):
        paceline.tune(stuck, budget=20, peaks=(0.1, 1.0), workers=2, progress=False)


def test_the_outlook_adds_up_to_the_budget() -> None:
    rows = outlook(read_budget(60), horizon=440, families=tuple(FAMILIES), confirm=0.5, finds=True)
    total = sum(row.updates for row in rows)
    assert 0.98 * 60 * 440 <= total <= 60 * 440
    assert sum(row.updates for row in rows[:2]) == RANGE_TEST
    assert [row.stage for row in rows[:4]] == [
        "range test, a decade apart",
        "range test, around the best",
        "explore 8 families",
        "the best over 147 updates, and more of their families",
    ]
    assert rows[4].stage == "the best over 440 updates"
    assert len({row.stage for row in rows}) == len(rows)
    assert all(row.trials == row.updates // row.horizon for row in rows)
    assert rows[-1].stage == "confirm 2 and the baseline on 8 fresh seeds"


def test_with_test_data_the_confirmation_is_measured_on_them(tmp_path: Path) -> None:
    apart = functools.partial(task, test=(tiny.X[36:40] + 1, tiny.X[36:40, :3]))
    store = tmp_path / "s.sqlite"
    asked = {"families": FEW, "peaks": (0.02, 2.0), "progress": False, "store": store}
    found = paceline.tune(apart, budget=36, **asked)
    assert (found.metric, found.confirmation.metric) == ("loss", "test_loss")
    assert "its test loss is" in found.verdict
    for outcome in found.confirmation.outcomes:
        value = found.confirmation.values(outcome.variant)[outcome.seed]
        assert value == outcome.test["loss"] != outcome.final("loss")
    assert found.confirmation.margin > 0
    assert found.confirmation.primary(found.gain).count == SEEDS
    assert facts(load_tuning(store)) == facts(found)


@pytest.mark.parametrize("budget", [1, 1.5, 3])
def test_a_budget_of_few_runs_is_kept_and_ends_with_a_schedule(budget: float) -> None:
    found = tuned(budget=budget)
    assert sum(found.spent.values()) <= found.limit
    assert found.trials
    assert found.best.schedule.length == 240


def test_a_budget_without_room_for_the_range_test_and_one_full_run_is_refused() -> None:
    with pytest.raises(ValueError, match=r"480 updates, less than the sum of 280 for the range"):
        tuned(budget=2, peaks=None)

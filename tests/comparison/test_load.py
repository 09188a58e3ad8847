import dataclasses
import sqlite3
import warnings
from pathlib import Path

import keras
import numpy as np
import pytest
from execution import tiny
from execution.old_store import of_format_1

import paceline
from paceline.comparison import ComparisonResult, load_comparison
from paceline.execution import Store, StoredComparison, StoreError
from paceline.schedules import Schedule, constant, cosine
from paceline.trials import TaskError


class Broken(keras.callbacks.Callback):
    def on_train_begin(self, logs=None):
        raise OSError("the camera is gone")


HEALTHY = {"a": constant(peak=0.1), "b": cosine(peak=0.1)}
ALL = {
    **HEALTHY,
    "wild": constant(peak=3e38),
    "broken": paceline.Variant(schedule=constant(peak=0.1), callbacks=[Broken()]),
}


def compare(store: Path | None, schedules=HEALTHY, task=tiny.task, **asked) -> ComparisonResult:
    asked = {"seeds": 2, "name": "tiny", "progress": False, **asked}
    return paceline.compare(task, schedules, store=store, **asked)


def loaded(*stores: Path, **asked) -> tuple[ComparisonResult, list[str]]:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        result = load_comparison(*stores, **asked)
    return result, [str(each.message) for each in told]


def execute(store: Path, command: str) -> None:
    connection = sqlite3.connect(store)
    connection.execute(command)
    connection.commit()
    connection.close()


def assert_same(one: ComparisonResult, other: ComparisonResult, *, times: bool = True) -> None:
    """Check that every number is the same, bit for bit; without `times`, but for the clock's."""
    for field in dataclasses.fields(ComparisonResult):
        if field.name not in {"outcomes", "again"}:
            np.testing.assert_equal(getattr(one, field.name), getattr(other, field.name))
    left_out = set() if times else {"seconds", "peak_memory"}
    pairs = zip((*one.outcomes, *one.again), (*other.outcomes, *other.again), strict=True)
    assert len(one.again) == len(other.again)
    for left, right in pairs:
        for field in dataclasses.fields(left):
            if field.name not in left_out:
                np.testing.assert_equal(getattr(left, field.name), getattr(right, field.name))


@pytest.mark.parametrize(
    "asked",
    [{}, {"baseline": "b", "target": 0.7, "margin": 0.02, "a_a": True, "seeds": [7, 3]}],
)
def test_what_is_loaded_is_the_result_bit_for_bit_and_so_is_its_report(
    asked: dict, tmp_path: Path
) -> None:
    found = compare(tmp_path / "s.sqlite", ALL, command="paceline compare tiny.py", **asked)
    again, notes = loaded(tmp_path / "s.sqlite")
    assert notes == []
    assert_same(found, again)
    np.testing.assert_equal(found.to_dict(), again.to_dict())
    assert {outcome.status for outcome in again.outcomes} == {"done", "diverged", "failed"}
    assert again.command == "paceline compare tiny.py"
    pages = [
        paceline.report(each, tmp_path / f"{number}.html").read_bytes()
        for number, each in enumerate((found, again))
    ]
    assert pages[0] == pages[1]


def test_a_comparison_can_be_loaded_while_it_runs(tmp_path: Path) -> None:
    store = tmp_path / "s.sqlite"
    compare(store)
    execute(store, "delete from paceline_trials where seed = 1 and variant = 'b'")
    with Store(store):
        result, notes = loaded(store)
    assert [(each.variant, each.seed) for each in result.outcomes] == [("a", 0), ("a", 1), ("b", 0)]
    assert len(notes) == 1
    assert notes[0].startswith("Not run yet, and so missing here: 1 of 4 trials in ")
    page = paceline.report(result, tmp_path / "report.html").read_text(encoding="utf-8")
    assert "3 of 4" in page


def test_what_is_asked_is_kept_before_the_first_trial_runs(tmp_path: Path) -> None:
    noise = np.random.default_rng()

    def drawn() -> tuple[np.ndarray, np.ndarray]:
        return tiny.X[:36] + noise.normal(size=(36, 4)), tiny.X[:36, :3]

    with pytest.raises(TaskError, match="other data each time"):
        compare(tmp_path / "s.sqlite", task=lambda: tiny.task(train=drawn()))
    result, notes = loaded(tmp_path / "s.sqlite")
    assert (list(result.schedules), result.outcomes) == (["a", "b"], ())
    assert "4 of 4 trials" in notes[0]


def test_a_damaged_trial_is_left_out_and_said(tmp_path: Path) -> None:
    store = tmp_path / "s.sqlite"
    compare(store)
    execute(store, "update paceline_trials set outcome = 'x' where seed = 1 and variant = 'b'")
    result, notes = loaded(store)
    assert len(result.outcomes) == 3
    assert len(notes) == 1
    assert notes[0].startswith("Left out, since damaged: 1 trial in ")


def test_of_several_comparisons_the_one_that_started_last_counts(tmp_path: Path) -> None:
    store = tmp_path / "s.sqlite"
    few = compare(store, seeds=1)
    compare(store, {"c": constant(peak=0.2)}, seeds=2)
    result, notes = loaded(store)
    assert list(result.schedules) == ["c"]
    assert len(notes) == 1
    assert "holds 2 comparisons of 'tiny'" in notes[0]
    compare(store, seeds=1)  # nothing trains
    assert_same(loaded(store)[0], few)


def test_of_several_tasks_one_is_chosen_by_its_name(tmp_path: Path) -> None:
    store = tmp_path / "s.sqlite"
    first = compare(store, name="first")
    compare(store, name="<second>", task=lambda: tiny.task(epochs=1))
    with pytest.raises(ValueError, match=r"several tasks: 'first', '<second>'\. .*--task NAME"):
        load_comparison(store)
    with pytest.raises(ValueError, match=r"no comparison of 'third'\. It holds 'first', '<sec"):
        load_comparison(store, task="third")
    assert_same(loaded(store, task="first")[0], first)


def test_stores_of_one_task_make_the_comparison_of_all_their_schedules_and_seeds(
    tmp_path: Path,
) -> None:
    c: dict[str, Schedule] = {"c": constant(peak=0.2)}
    compare(tmp_path / "1.sqlite", seeds=[0, 1], command="one")
    compare(tmp_path / "2.sqlite", {**HEALTHY, **c}, seeds=[2, 3], command="two")
    compare(tmp_path / "3.sqlite", {"a": HEALTHY["a"], **c}, seeds=[0, 1], command="two")
    stores = [tmp_path / f"{number}.sqlite" for number in (1, 2, 3)]
    joined, notes = loaded(*stores)
    whole = compare(None, {**HEALTHY, **c}, seeds=4, command="one; two")
    assert_same(joined, whole, times=False)
    assert notes == ["In several stores: 2 trials; the first store named counts."]


def test_of_stores_joined_a_seed_is_asked_for_before_it_is_noise(tmp_path: Path) -> None:
    for store, seeds in (("1.sqlite", [0, 1]), ("2.sqlite", [2, 3])):
        compare(tmp_path / store, seeds=seeds, a_a=True)
    joined, notes = loaded(tmp_path / "1.sqlite", tmp_path / "2.sqlite")
    assert [outcome.seed for outcome in joined.of("a")] == [0, 1, 2, 3]
    assert [outcome.seed for outcome in joined.again] == [6, 7]
    assert joined.noise_floor is not None
    assert notes == ["In several stores: 2 trials; the first store named counts."]


def test_of_a_trial_in_several_stores_a_result_counts_before_a_failure(tmp_path: Path) -> None:
    stores = [tmp_path / "1.sqlite", tmp_path / "2.sqlite"]
    for store in stores:
        compare(store, seeds=1)
    with Store(stores[0], read_only=True) as store:
        keys = list(store.comparisons()[0][0].keys)
    with Store(stores[0]) as store:
        lost = tiny.outcome(variant="a", seed=0, status="lost", error="it died")
        store.put(keys[0], lost, task="tiny", task_key="k")
    assert loaded(stores[0])[0].outcomes[0].status == "lost"
    assert loaded(*stores)[0].outcomes[0].status == "done"


APART: dict[str, tuple[dict, str]] = {
    "name": ({"name": "other"}, "task: 'tiny' and 'other'"),
    "data": (
        {"task": lambda: tiny.task(train=(tiny.X[:36] + 1, tiny.X[:36, :3]))},
        "the task's code or data",
    ),
    "baseline": ({"baseline": "b"}, "baseline: 'a' and 'b'"),
    "margin": ({"margin": 0.1}, "margin: None and 0.1"),
    "target": ({"target": 0.5}, "target: None and 0.5"),
    "metric": ({"metric": "training_loss"}, "metric: 'loss' and 'training_loss'"),
    "schedule": (
        {"schedules": {"a": constant(peak=0.2)}},
        r"what is called 'a': constant\(peak=0\.1\) and constant\(peak=0\.2\)",
    ),
    "callbacks": (
        {"schedules": {"a": paceline.Variant(schedule=HEALTHY["a"], callbacks=[Broken()])}},
        "what is called 'a': the code of its optimizer or callbacks",
    ),
}


@pytest.mark.parametrize("case", APART)
def test_stores_that_do_not_go_together_are_refused_with_what_differs(
    case: str, tmp_path: Path
) -> None:
    changes, told = APART[case]
    compare(tmp_path / "1.sqlite", seeds=1)
    compare(tmp_path / "2.sqlite", seeds=1, **changes)
    with pytest.raises(
        ValueError, match=rf"1\.sqlite and .*2\.sqlite don't go together\. .*{told}"
    ):
        load_comparison(tmp_path / "1.sqlite", tmp_path / "2.sqlite")


def test_a_store_without_comparisons_names_the_way_out(tmp_path: Path) -> None:
    Store(tmp_path / "empty.sqlite").close()
    with pytest.raises(StoreError, match=r"empty\.sqlite holds no comparison\. Name one"):
        load_comparison(tmp_path / "empty.sqlite")
    of_format_1(tmp_path / "old.sqlite")
    with pytest.raises(StoreError, match=r"written before .* Run the same 'paceline compare'"):
        load_comparison(tmp_path / "old.sqlite")
    compare(tmp_path / "s.sqlite", seeds=1)
    execute(tmp_path / "s.sqlite", "update paceline_comparisons set protocol = 'x'")
    with pytest.raises(StoreError, match=r"were asked can't be read: the file is damaged\. Run"):
        load_comparison(tmp_path / "s.sqlite")
    with Store(tmp_path / "s.sqlite") as store:
        unknown = StoredComparison(
            task="t", task_key="k", keys=[], protocol={"seeds": [0], "new": 1}, arrays={}
        )
        store.put_comparison(unknown)
    with pytest.raises(StoreError, match=r"was asked can't be read .* Run the same"):
        load_comparison(tmp_path / "s.sqlite", task="t")
    with pytest.raises(ValueError, match="needs a store"):
        load_comparison()

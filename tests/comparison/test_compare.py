import math
from pathlib import Path

import keras
import numpy as np
import pytest
from execution import tiny

import paceline
from paceline.comparison._metric import grows
from paceline.comparison._plan import as_seeds, plan_comparison
from paceline.comparison._subject import subject_of
from paceline.execution import StoppedError
from paceline.schedules import Constant, constant, cosine, linear
from paceline.trials import Variant

PAIR = {"a": constant(peak=0.1), "b": cosine(peak=0.1)}
FIXED = Variant(schedule=cosine(peak=0.1), optimizer=lambda rate: keras.optimizers.Adam(0.001))


def planned(schedules=PAIR, *, task=tiny.task, seeds=2, baseline=None, a_a=False, **asked):
    usual = {"loop": None, "threads": 1, "here": False, "name": None}
    subject = subject_of(task, **(usual | asked))
    return plan_comparison(subject, schedules, seeds=seeds, baseline=baseline, a_a=a_a)


def keys(**changes) -> list[str]:
    return list(planned(**changes).execution.trials)


def test_results_come_in_the_order_asked_for_each_with_every_seed() -> None:
    found = paceline.compare(tiny.task, {"b": PAIR["b"], "a": PAIR["a"]}, seeds=2, progress=False)
    order = [(outcome.variant, outcome.seed) for outcome in found.outcomes]
    assert order == [("b", 0), ("b", 1), ("a", 0), ("a", 1)]
    assert (found.baseline, found.metric, found.higher_is_better) == ("b", "loss", False)
    assert found.rates["b"].shape == (found.horizon,)
    assert math.isfinite(found.target)


def test_a_seed_starts_every_schedule_alike() -> None:
    found = paceline.compare(tiny.task, PAIR, seeds=[5, 9], progress=False)
    firsts = {name: [outcome.losses[0] for outcome in found.of(name)] for name in PAIR}
    assert firsts["a"] == firsts["b"]
    assert firsts["a"][0] != firsts["a"][1]
    assert found.seeds == (5, 9)


def test_more_seeds_later_train_only_the_new_ones(tmp_path: Path) -> None:
    store = tmp_path / "s.sqlite"
    few = paceline.compare(tiny.task, PAIR, seeds=1, store=store, progress=False)
    more = paceline.compare(tiny.task, PAIR, seeds=2, store=store, progress=False)
    assert [more.of(name)[0].seconds for name in PAIR] == [few.of(name)[0].seconds for name in PAIR]


def test_a_task_whose_data_changed_is_another_and_the_tool_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store, x = tmp_path / "s.sqlite", tiny.X[:36]
    paceline.compare(tiny.task, PAIR, seeds=1, store=store, name="t")
    changed = tiny.task(train=(x + 1, x[:, :3]))
    paceline.compare(changed, PAIR, seeds=1, store=store, name="t")
    assert "the code or data of t changed: 2 trials" in capsys.readouterr().err


def test_keys_are_those_of_the_same_plan_and_no_others() -> None:
    same = keys()
    assert keys() == same
    for change in (
        {"threads": 2},
        {"loop": "fit"},
        {"schedules": {"a": constant(peak=0.2), "b": cosine(peak=0.2)}},
        {"task": lambda: tiny.task(batch_size=9)},
    ):
        assert set(keys(**change)).isdisjoint(same)
    assert keys(seeds=3)[:4] == same


def test_a_short_schedule_is_said_once() -> None:
    schedules = {"short": linear(peak=0.1, steps=3), "long": Constant(rate=0.1), **PAIR}
    plan = planned(schedules, seeds=7)
    assert len(plan.notes) == 1
    assert plan.notes[0].startswith("short is 3 steps long, the training 10")


def test_seeds_that_can_never_reach_a_verdict_are_said_before_anything_trains() -> None:
    three = {**PAIR, "c": constant(peak=0.3), "d": constant(peak=0.4)}
    assert planned(three, seeds=6).notes == (
        "6 seeds can never reach a verdict on 3 comparisons to the baseline; 7 are the fewest that "
        "can.",
    )
    assert planned(three, seeds=7).notes == ()
    assert planned({"a": PAIR["a"]}, seeds=1).notes == ()


def test_an_a_a_run_trains_the_baseline_on_as_many_other_seeds() -> None:
    plan = planned(seeds=[0, 4], baseline="b", a_a=True)
    trials = [(trial.variant, trial.seed) for trial in plan.execution.trials.values()]
    assert trials == [("a", 0), ("b", 0), ("a", 4), ("b", 4), ("b", 5), ("b", 9)]
    found = paceline.compare(tiny.task, PAIR, seeds=6, baseline="b", a_a=True, progress=False)
    assert [outcome.seed for outcome in found.again] == [6, 7, 8, 9, 10, 11]
    assert {outcome.seed for outcome in found.outcomes} == set(range(6))
    assert found.noise_floor.pairs == 6
    assert found.summaries[0].done == found.summaries[1].done == 6


@pytest.mark.parametrize(
    ("seeds", "chosen"),
    [(3, (0, 1, 2)), ([4, 2], (4, 2)), (np.int64(2), (0, 1)), (range(2), (0, 1))],
)
def test_seeds_are_a_count_or_a_list(seeds, chosen) -> None:
    assert as_seeds(seeds) == chosen


@pytest.mark.parametrize("seeds", [0, -1, True, 2.0, "8", [], [1, 1], [-1], [0.5], [2**63], None])
def test_seeds_that_make_no_sense_are_named(seeds) -> None:
    with pytest.raises((ValueError, TypeError), match=r"compare needs .*seeds.*; got seeds="):
        as_seeds(seeds)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"schedules": {}}, "at least one schedule"),
        ({"schedules": [cosine(peak=0.1)]}, "by name.*got list"),
        ({"schedules": {" ": cosine(peak=0.1)}}, "needs a name"),
        ({"schedules": {"a": 0.1}}, r"'a'.*paceline\.constant\(peak=0\.1\)"),
        ({"schedules": {**PAIR, "c": FIXED}}, "The variant 'c' needs .*rate it is given; got Adam"),
        ({"baseline": "z"}, "'z' is none of the schedules: a, b"),
        ({"metric": "auc"}, "No metric 'auc' is measured; known are loss"),
        ({"workers": 0}, "workers >= 1"),
        ({"margin": -0.1}, r"margin > 0.*margin=-0\.1"),
        ({"margin": float("nan")}, r"margin > 0.*margin=nan"),
        ({"threads": True}, "threads >= 1"),
        ({"loop": "fast"}, "'fast'"),
        ({"task": 7}, "got 7"),
    ],
)
def test_what_makes_no_sense_is_named_and_no_store_is_made(
    changes: dict, named: str, tmp_path: Path
) -> None:
    asked = {"task": tiny.task, "schedules": PAIR, "store": tmp_path / "s.sqlite", **changes}
    with pytest.raises((ValueError, TypeError), match=named):
        paceline.compare(asked.pop("task"), asked.pop("schedules"), seeds=1, **asked)
    assert list(tmp_path.iterdir()) == []


def test_a_schedule_of_keras_is_to_be_converted() -> None:
    schedule = keras.optimizers.schedules.CosineDecay(0.1, 8)
    with pytest.raises(TypeError, match=r"paceline\.from_keras\(\.\.\.\)"):
        paceline.compare(tiny.task, {"k": schedule})


@pytest.mark.parametrize(
    ("metric", "more_is_better"),
    [
        ("accuracy", True), ("top_k_categorical_accuracy", True), ("auc_1", True),
        ("mean_io_u", True), ("f1_score", True), ("r2_score", True), ("loss", False),
        ("training_loss", False), ("mean_absolute_error", False), ("head_accuracy_loss", False),
    ],
)  # fmt: skip
def test_what_is_better_is_known_by_the_metrics_name(metric: str, more_is_better: bool) -> None:
    assert grows(metric) is more_is_better


def test_control_c_raises_stopped_that_is_a_keyboard_interrupt() -> None:
    assert issubclass(StoppedError, KeyboardInterrupt)

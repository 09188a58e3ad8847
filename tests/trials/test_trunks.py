"""Trials that begin alike are trained once, and give what each gives alone."""

import itertools

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trials.small_tasks import COMPILED, KINDS, X_TEST, Y_TEST, X, Y, small_task, trainer

from paceline.schedules import Interpolated, constant, cosine, linear, wsd
from paceline.trials import Outcome, Trainer, Trial

EPOCH = 6  # updates


def dropout() -> keras.Model:
    return keras.Sequential(
        [
            keras.layers.Input((6,)),
            keras.layers.Dense(8, activation="relu"),
            keras.layers.Dropout(0.5),
            keras.layers.BatchNormalization(),
            keras.layers.Dense(3),
        ]
    )


def ends(*decays: float, horizon: int = 5 * EPOCH) -> list[Trial]:
    return [
        Trial(
            variant=f"{decay}",
            seed=3,
            schedule=wsd(peak=0.1, steps=horizon, warmup=2, decay=decay),
            horizon=horizon,
        )
        for decay in decays
    ]


def same(one: Outcome, other: Outcome) -> None:
    assert one.status == other.status != "failed", (one.error, other.error)
    assert one.variant == other.variant
    np.testing.assert_array_equal(one.losses, other.losses)
    np.testing.assert_array_equal(one.rates, other.rates)
    np.testing.assert_equal(one.validation, other.validation)
    np.testing.assert_equal(one.test, other.test)


@pytest.mark.parametrize("kind", KINDS)
def test_together_they_give_what_each_gives_alone(kind: str) -> None:
    task = small_task(model=dropout, test=(X_TEST, Y_TEST))
    trials = ends(0.2, 0.5, 0.2, 0.7)
    together = trainer(task, kind).run_together(trials)
    alone = trainer(task, kind)
    for trial, outcome in zip(trials, together, strict=True):
        same(outcome, alone.run(trial))


def counted(runs: Trainer) -> list[int]:
    """Count the epochs that a trainer's compiled loop trains."""
    runs.run(Trial(variant="cosine", seed=0))  # makes the loop
    [loop] = runs._loops.values()
    epochs, train = [], loop._epoch

    def counting(order, rates):
        epochs.append(len(order))
        return train(order, rates)

    loop._epoch = counting
    return epochs


def test_a_trunk_is_trained_once() -> None:
    runs = trainer(small_task())
    if COMPILED == "fit":
        pytest.skip("this backend has no compiled loop")
    epochs = counted(runs)
    runs.run_together(ends(0.2, 0.4))  # the decays begin after epochs 4 and 3
    assert len(epochs) == 5 + 2


rates = st.sampled_from([0.0, 0.01, 0.3])


@settings(max_examples=20)
@given(st.lists(st.tuples(rates, rates, rates), min_size=1, max_size=5))
def test_whatever_they_share_the_outcomes_are_those_of_each_alone(
    plans: list[tuple[float, ...]],
) -> None:
    runs = _RUNS
    trials = [
        Trial(
            variant=str(number),
            seed=1,
            schedule=Interpolated(
                points=tuple(
                    itertools.chain.from_iterable(
                        ((EPOCH * epoch, rate), (EPOCH * epoch + EPOCH - 1, rate))
                        for epoch, rate in enumerate(plan)
                    )
                )
            ),
            horizon=3 * EPOCH,
        )
        for number, plan in enumerate(plans)
    ]
    for trial, outcome in zip(trials, runs.run_together(trials), strict=True):
        same(outcome, runs.run(trial))


_RUNS = trainer(small_task())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("horizon", [4, 8, 17])
def test_a_horizon_that_ends_within_an_epoch_sees_the_first_of_its_batches(
    kind: str, horizon: int
) -> None:
    runs = trainer(small_task(), kind)
    fixed = constant(peak=0.05)
    whole = runs.run(Trial(variant="fixed", seed=2, schedule=fixed.over(18), horizon=18))
    part = runs.run(Trial(variant="fixed", seed=2, schedule=fixed.over(horizon), horizon=horizon))
    assert part.status in {"done", "diverged"}, part.error
    np.testing.assert_array_equal(part.losses, whole.losses[:horizon])
    assert len(part.validation["loss"]) == -(-horizon // EPOCH)
    done = horizon // EPOCH
    np.testing.assert_array_equal(part.validation["loss"][:done], whole.validation["loss"][:done])


def test_one_that_fails_leaves_the_others_as_they_are() -> None:
    runs = trainer(small_task())
    good, bad = ends(0.2)[0], Trial(variant="none of these", seed=3, horizon=5 * EPOCH)
    outcome, failed = runs.run_together([good, bad])
    assert failed.status == "failed"
    assert "none of these" in str(failed.error)
    same(outcome, runs.run(good))


def test_those_that_diverge_together_do_so_alone() -> None:
    runs = trainer(small_task(loss="mse", train=(X, np.eye(3)[Y]), validation=None, metrics=[]))
    wild = [
        Trial(variant=name, seed=0, schedule=recipe(peak=1e36, steps=18), horizon=18)
        for name, recipe in {"a": cosine, "b": linear}.items()
    ]
    for trial, outcome in zip(wild, runs.run_together(wild), strict=True):
        assert outcome.status == "diverged"
        same(outcome, runs.run(trial))

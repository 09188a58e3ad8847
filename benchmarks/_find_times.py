"""What a range test costs: replay against plain updates, and against a sweep by a callback."""

import dataclasses

import _find_tasks
import keras
import numpy as np
from _find_tasks import Cell
from _measure import Row, interleaved, median_of_quotients, row

import paceline
from paceline.range_test._batches import batches_of
from paceline.range_test._replayed import FINE, replayed
from paceline.trials import Trainer, Trial, Variant, choose_loop, set_threads
from paceline.trials._build import build
from paceline.trials._given_rate import GivenRate
from paceline.trials._replay import replaying
from paceline.trials._seeds import Seeds

UPDATES = 280
SWEEP = 100


def replay_row(cell: Cell, *, rounds: int) -> Row:
    """Return the time of a replay against that of as many plain updates.

    Both run in a compiled loop that was traced before: thirteen trainings, each from the start, and
    their probes, against whole trainings.
    """
    set_threads(1)
    task = dataclasses.replace(_find_tasks.task(cell), validation=None)
    variant = Variant(schedule=paceline.linear(peak=0.01, steps=task.horizon))
    trainer = Trainer(task, {"plain": variant}, choose_loop(task, task.model()))
    model = build(task, Seeds(0), task.optimizer, GivenRate())
    batches, probe = batches_of(task.train, batch_size=task.batch_size, count=FINE, seed=0)

    def plain() -> None:
        outcome = trainer.run(Trial(variant="plain", seed=0))
        assert len(outcome.losses) == task.horizon, outcome.error

    with replaying(model, batches, probe) as engine:

        def ours() -> None:
            found = replayed(engine.replay, low=1e-6, high=10.0, warm_factor=1.0)
            assert found.suggestion is not None, found.reason
            assert sum(len(each.rates) * each.updates for each in found.replays) == UPDATES

        ours(), plain()
        spent = interleaved({"ours": ours, "plain": plain}, rounds)
    peer = np.array(spent["plain"]) * UPDATES / task.horizon
    ratio = median_of_quotients(spent["ours"], list(peer))
    return row(
        f"replay against {UPDATES} plain updates, {cell}",
        ours=float(np.median(spent["ours"])) * 1e3,
        peer=float(np.median(peer)) * 1e3,
        ratio=ratio,
        bar=1.3,
        holds=ratio <= 1.3,
        unit="ms, tracing excluded",
    )


class _Sweep(keras.callbacks.Callback):
    """Sets the rate before each batch, and puts the weights back at the end."""

    def __init__(self, rates: np.ndarray) -> None:
        super().__init__()
        self.rates, self.losses = rates, []

    def on_train_begin(self, logs: object = None) -> None:
        self.weights = self.model.get_weights()

    def on_train_batch_begin(self, batch: int, logs: object = None) -> None:
        self.model.optimizer.learning_rate = self.rates[len(self.losses)]

    def on_train_batch_end(self, batch: int, logs: dict[str, float]) -> None:
        self.losses.append(logs["loss"])

    def on_train_end(self, logs: object = None) -> None:
        self.model.set_weights(self.weights)


def sweep_row(*, rounds: int) -> Row:
    """Return the time of `find` against that of a sweep by a callback; both build and trace."""
    task = _find_tasks.task(Cell(model="digits MLP", optimizer="SGD", batch=64))
    epochs, rest = divmod(SWEEP, task.updates_per_epoch)
    assert rest == 0

    def by_callback() -> None:
        keras.utils.clear_session()
        model = task.model()
        model.compile(optimizer=task.optimizer(0.01), loss=task.loss)
        callback = _Sweep(np.geomspace(1e-7, 10.0, SWEEP))
        model.fit(
            *task.train.parts,
            batch_size=task.batch_size,
            epochs=epochs,
            callbacks=[callback],
            verbose=0,
        )
        assert len(callback.losses) == SWEEP

    def ours() -> None:
        keras.utils.clear_session()
        paceline.find(task)

    calls = {"ours": ours, "peer": by_callback}
    for call in calls.values():
        call()
    spent = interleaved(calls, rounds)
    ratio = median_of_quotients(spent["ours"], spent["peer"])
    return row(
        f"find ({UPDATES} updates) against a callback's sweep ({SWEEP}) on fit, digits MLP, "
        f"{keras.backend.backend()}",
        ours=float(np.median(spent["ours"])),
        peer=float(np.median(spent["peer"])),
        ratio=ratio,
        bar=1.0,
        holds=ratio <= 1.0,
        unit="s, building and tracing included",
    )

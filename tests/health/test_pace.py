"""Gradient accumulation, and an optimizer with another rate."""

import keras
import pytest
from health.checking import CLEAN, FLAT, FixedDecay, names, pasted, the, trained

import paceline
from paceline.health import check
from paceline.schedules import Constant, InverseSqrt, Linear, Piecewise, per_epoch

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@pytest.mark.parametrize("wrap", [lambda it: it, keras.optimizers.LossScaleOptimizer])
def test_a_schedule_that_counts_updates_is_found_where_gradients_are_accumulated(wrap):
    optimizer = wrap(keras.optimizers.Adam(CLEAN, gradient_accumulation_steps=4))
    (finding,) = check(CLEAN, steps=1000, optimizer=optimizer)
    assert finding.name == "accumulation"
    assert "gradient_accumulation_steps=4" in finding.found
    assert "4 times too fast" in finding.found
    remedied = pasted(finding, CLEAN)
    assert remedied == CLEAN.accumulated(4)
    optimizer = wrap(keras.optimizers.Adam(remedied, gradient_accumulation_steps=4))
    assert check(remedied, steps=1000, optimizer=optimizer) == []


def test_keras_calls_the_schedule_once_for_each_micro_batch():
    optimizer = keras.optimizers.SGD(CLEAN, gradient_accumulation_steps=4)
    trained(optimizer, batches=8)
    assert float(optimizer.learning_rate) == pytest.approx(float(CLEAN(8)))
    assert int(optimizer.iterations) == 2


@pytest.mark.parametrize(
    "schedule",
    [
        CLEAN.accumulated(4),
        0.5 * CLEAN.accumulated(4),
        CLEAN.accumulated(4).clip(floor=1e-5),
        (CLEAN + 1e-5).accumulated(2).accumulated(2).accumulated(2).over(4000).held(every=8),
        paceline.wsd(peak=1e-3, steps=500).accumulated(4)
        >> Constant(rate=1e-3, steps=1000)
        >> paceline.wsd(peak=1e-3, steps=250, warmup=0).accumulated(4),
        InverseSqrt(start=0.1, timescale=10).accumulated(4),
        InverseSqrt(start=0.1, timescale=10).accumulated(4).skipped(8),
        paceline.wsd(peak=1e-3, steps=4000),
        FLAT,
        Constant(rate=0.1, steps=1000),
    ],
)
def test_a_schedule_that_counts_micro_batches_is_not_found(schedule):
    optimizer = keras.optimizers.Adam(schedule, gradient_accumulation_steps=4)
    assert check(schedule, steps=1000, optimizer=optimizer) == []


def test_the_length_of_an_accumulated_schedule_is_that_of_its_micro_batches():
    schedule = paceline.wsd(peak=1e-3, steps=900).accumulated(4)
    optimizer = keras.optimizers.Adam(schedule, gradient_accumulation_steps=4)
    finding = the("length", schedule, 1000, optimizer)
    assert "lasts 3600 micro-batches, the run 4000 (1000 updates of 4)" in finding.found
    remedied = pasted(finding, schedule)
    optimizer = keras.optimizers.Adam(remedied, gradient_accumulation_steps=4)
    assert check(remedied, steps=1000, optimizer=optimizer) == []


def test_a_schedule_in_epochs_of_updates_does_not_count_micro_batches():
    schedule = per_epoch(Linear(start=0.1, end=0.0, steps=10), 100)
    optimizer = keras.optimizers.Adam(schedule, gradient_accumulation_steps=4)
    assert names(schedule, 1000, optimizer) == ["accumulation"]


def test_a_schedule_is_well_where_the_optimizer_has_it_accumulated():
    optimizer = keras.optimizers.Adam(CLEAN.accumulated(4), gradient_accumulation_steps=4)
    assert check(CLEAN, steps=1000, optimizer=optimizer) == []


@pytest.mark.parametrize("end", ["zero_start", "zero_end", "jump", "warmup"])
def test_the_remedies_of_an_accumulated_schedule_count_micro_batches_too(end):
    plain = {
        "zero_start": Linear(start=0.0, end=0.1, steps=100) >> FLAT,
        "zero_end": Linear(start=0.1, end=0.0, steps=900) >> Constant(rate=0.0),
        "jump": Piecewise(boundaries=(500,), rates=(0.1, 0.001)),
        "warmup": paceline.warmup(peak=0.1, steps=1000),
    }[end]
    schedule = plain.accumulated(4)
    optimizer = keras.optimizers.Adam(schedule, gradient_accumulation_steps=4)
    remedied = pasted(the(end, schedule, 1000, optimizer), schedule)
    optimizer = keras.optimizers.Adam(remedied, gradient_accumulation_steps=4)
    assert check(remedied, steps=1000, optimizer=optimizer) == []


@pytest.mark.parametrize(
    ("rate", "words"),
    [
        (0.01, "its rate is fixed, 0.01"),
        (paceline.cosine(peak=0.1, steps=1000), "Cosine(start=0.1, end=0.0, steps=1000)"),
        (keras.optimizers.schedules.CosineDecay(0.1, 1000), "CosineDecay"),
        (lambda: 0.1, "comes from a function"),
    ],
)
@pytest.mark.parametrize("wrap", [lambda it: it, keras.optimizers.LossScaleOptimizer])
def test_an_optimizer_with_another_rate_is_found(rate, words, wrap):
    optimizer = wrap(keras.optimizers.Adam(rate))
    (finding,) = check(CLEAN, steps=1000, optimizer=optimizer)
    assert finding.name == "other_rate"
    assert words in finding.found
    exec(finding.remedy.partition(": ")[2], {"optimizer": optimizer, "schedule": CLEAN})
    assert check(CLEAN, steps=1000, optimizer=optimizer) == []


def test_the_same_schedule_of_keras_is_not_another_rate():
    decay = keras.optimizers.schedules.CosineDecay(0.1, 1000, alpha=0.01)
    optimizer = keras.optimizers.Adam(decay)
    assert check(paceline.from_keras(decay), steps=1000, optimizer=optimizer) == []


def test_an_optimizer_that_was_saved_and_loaded_has_the_same_rate(tmp_path):
    model = trained(keras.optimizers.Adam(CLEAN))
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert check(CLEAN, steps=1000, optimizer=loaded.optimizer) == []


@pytest.mark.skipif(not hasattr(keras.optimizers, "MultiOptimizer"), reason="an older Keras")
def test_each_optimizer_inside_a_multi_optimizer_is_looked_at():
    adam, sgd = keras.optimizers.Adam(CLEAN), FixedDecay(0.1, weight_decay=0.1)
    several = keras.optimizers.OptimizerMap(adam, {"none": sgd})
    optimizer = keras.optimizers.MultiOptimizer(several)
    assert names(CLEAN, 1000, optimizer) == ["weight_decay"]
    assert names(FLAT, 1000, optimizer) == ["weight_decay", "other_rate"]
    chosen = keras.optimizers.MultiOptimizer(lambda variable: adam)
    assert check(CLEAN, steps=1000, optimizer=chosen) == []


def test_a_fixed_rate_and_accumulated_gradients_are_two_findings():
    optimizer = keras.optimizers.SGD(0.1, gradient_accumulation_steps=4)
    assert names(CLEAN, 1000, optimizer) == ["accumulation", "other_rate"]

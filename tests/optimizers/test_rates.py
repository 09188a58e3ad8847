"""Rates per layer: what each layer does is what a training at that rate does to it."""

import keras
import numpy as np
import pytest
from optimizers.training import INPUTS, MAKERS, RATE, TARGETS, compiled, fitted, network, weights

from paceline.optimizers import Steered, with_rates
from paceline.optimizers._patterns import matches
from paceline.schedules import Constant, cosine, wsd

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

AT = {
    "sgd": keras.optimizers.SGD,
    "momentum": lambda rate: keras.optimizers.SGD(rate, momentum=0.9),
    "adam": keras.optimizers.Adam,
    "adamw": lambda rate: keras.optimizers.AdamW(rate, weight_decay=0.1),
    "rmsprop": lambda rate: keras.optimizers.RMSprop(rate, momentum=0.5),
    "nadam": keras.optimizers.Nadam,
    "lion": keras.optimizers.Lion,
    "lamb": keras.optimizers.Lamb,
    "adamax": keras.optimizers.Adamax,
    "adagrad": keras.optimizers.Adagrad,
    "adadelta": keras.optimizers.Adadelta,
    "ftrl": keras.optimizers.Ftrl,
    "muon": keras.optimizers.Muon,
    "accumulating": lambda rate: keras.optimizers.Adam(rate, gradient_accumulation_steps=2),
}


def alone(layer, rate, make):
    """Return the weights after training one layer alone, the other frozen by Keras."""
    model = network()
    for each in model.layers:
        each.trainable = each.name == layer
    model.compile(make(rate), "mse")
    model.fit(INPUTS, TARGETS, batch_size=16, epochs=2, shuffle=False, verbose=0)
    return weights(model)


@pytest.mark.parametrize("name", AT)
@pytest.mark.parametrize("rate", [0.1, RATE])
def test_a_layer_with_a_factor_trains_as_at_that_rate(name, rate):
    slow = fitted(with_rates(AT[name](rate), {"base": 0.25, "head": 0.0}))
    np.testing.assert_allclose(
        weights(slow), alone("base", 0.25 * rate, AT[name]), rtol=1e-5, atol=1e-6
    )


@pytest.mark.parametrize("name", ["momentum", "adamw", "nadam"])
def test_a_layer_with_a_schedule_follows_it(name):
    own = fitted(with_rates(AT[name](0.7), {"head": RATE, "base": 0.0}))
    np.testing.assert_allclose(weights(own), alone("head", RATE, AT[name]), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", AT)
def test_groups_together_train_as_one_at_the_same_rate(name):
    same = {"base/kernel": Constant(rate=0.05), "head": 0.5, "*/bias": 0.5}
    one, groups = fitted(AT[name](0.05)), fitted(with_rates(AT[name](0.1), same))
    np.testing.assert_allclose(weights(groups), weights(one), rtol=1e-5, atol=1e-6)


def test_a_frozen_layer_and_its_slots_do_not_change():
    model = fitted(with_rates(MAKERS["adamw"](), {"base": 0.0}))
    np.testing.assert_array_equal(weights(model, "base"), weights(network(), "base"))
    assert np.any(weights(model, "head") != weights(network(), "head"))
    slots = [each for each in model.optimizer.variables if "base" in each.path]
    assert len(slots) == 4
    for slot in slots:
        assert not np.any(keras.ops.convert_to_numpy(slot))


def test_the_table_says_which_variable_has_which_rate():
    model = network()
    optimizer = with_rates(MAKERS["adam"](), {"*/bias": 2.0, model.get_layer("base"): RATE})
    with pytest.raises(ValueError, match=r"optimizer.build\(model.trainable_variables\)"):
        optimizer.table()
    optimizer.build(model.trainable_variables)
    assert [(row.path.split("/", 1)[1], row.rate) for row in optimizer.table()] == [
        ("base/kernel", RATE),
        ("base/bias", 2.0),
        ("head/kernel", 1.0),
        ("head/bias", 2.0),
    ]
    assert [row.pattern is None for row in optimizer.table()] == [False, False, True, False]


@pytest.mark.parametrize(
    ("pattern", "path", "found"),
    [
        ("dense", "model/dense/kernel", True),
        ("dense", "model/dense_1/kernel", False),
        ("dense*", "model/dense_1/kernel", True),
        ("block_1/dense", "model/block_1/dense/bias", True),
        ("*/bias", "model/block_1/dense/bias", True),
        ("bias", "model/block_1/dense/bias", True),
        ("model/dense/kernel", "model/dense/kernel", True),
        ("ense", "model/dense/kernel", False),
        ("block_[12]", "block_3/kernel", False),
    ],
)
def test_a_pattern_matches_whole_parts_of_a_path(pattern, path, found):
    assert matches(pattern, path) is found


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: with_rates(3, {"a": 1}), r"needs a Keras optimizer; got 3 \(int\)"),
        (lambda: with_rates("sgd", {"a": 1}), r"got 'sgd' \(str\).*keras.optimizers.SGD"),
        (lambda: with_rates(MAKERS["sgd"](), {}), r"one or more; got rates=\{\}"),
        (lambda: with_rates(MAKERS["sgd"](), 0.1), r"got rates=0.1"),
        (lambda: with_rates(MAKERS["sgd"](), {3: 0.1}), r"layers or patterns.*got 3 \(int\)"),
        (lambda: with_rates(MAKERS["sgd"](), {"a": -1}), r"rates\['a'\] >= 0; got .*=-1"),
        (lambda: with_rates(MAKERS["sgd"](), {"a": "b"}), r"got rates\['a'\]='b' \(str\)"),
        (lambda: with_rates(MAKERS["sgd"](), {"a": float("nan")}), r"rates\['a'\]=nan"),
        (lambda: with_rates(MAKERS["sgd"](), {"a": wsd(peak=1.0)}), r"horizon"),
        (
            lambda: compiled(with_rates(MAKERS["sgd"](), {"bse": 0.1})).optimizer.build(
                network().trainable_variables
            ),
            r"'bse', which matches none of .*base/kernel.*Use a layer's name",
        ),
    ],
)
def test_what_is_wrong_is_said(make, message):
    with pytest.raises((TypeError, ValueError), match=message):
        make()


def test_a_training_with_rates_is_a_variant():
    optimizer = with_rates(keras.optimizers.SGD(cosine(peak=0.1, steps=8)), {"base": 0.1})
    again = Steered.from_config(optimizer.get_config())
    assert again.get_config() == optimizer.get_config()

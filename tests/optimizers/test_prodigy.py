"""Prodigy: the updates of optax.contrib's, and a rate that is found without being told."""

import keras
import numpy as np
import pytest
from keras import ops
from optimizers.training import (
    BACKEND,
    INPUTS,
    TARGETS,
    compiled,
    fitted,
    network,
    train,
    weights,
)

from paceline.optimizers import Prodigy, adjustable, scheduled, with_rates
from paceline.schedules import Constant, Linear, cosine

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

STEPS = 200
SHAPES = ((4, 8), (8,), (8, 2), ())
WARMED = Linear(start=0.01, end=1.0, steps=40) >> cosine(peak=1.0, steps=160)
ROUND = {"beta_1": 0.875, "beta_2": 0.96875}
"""Betas whose powers float32 holds: of 1 - 0.999^t optax itself has four or five digits."""


def both(options, rate=1.0):
    """Return the weights and d after each update [steps, ...], ours and those of optax."""
    optax = pytest.importorskip("optax")
    jnp = pytest.importorskip("jax.numpy")
    random = np.random.default_rng(0)
    goals, starts = ([np.float32(random.normal(size=s)) for s in SHAPES] for _ in range(2))
    slopes = [np.float32(random.uniform(0.5, 3, size=shape)) for shape in SHAPES]
    ours = [keras.Variable(start) for start in starts]
    theirs = [jnp.asarray(start) for start in starts]
    optimizer = Prodigy(rate, **options)
    names = {
        "beta_3": "beta3",
        "epsilon": "eps",
        "d0": "estim_lr0",
        "d_coef": "estim_lr_coef",
    }
    given = {names.get(name, name): value for name, value in options.items()}
    given["betas"] = (given.pop("beta_1", 0.9), given.pop("beta_2", 0.999))
    reference = optax.contrib.prodigy(rate, **given)
    state = reference.init(theirs)
    found = []
    for _ in range(STEPS):
        noise = [np.float32(0.1 * random.normal(size=shape)) for shape in SHAPES]
        parts = list(zip(slopes, goals, noise, strict=True))
        values = [ops.convert_to_numpy(ops.convert_to_tensor(each)) for each in ours]
        gradients = [a * (v - g) + n for v, (a, g, n) in zip(values, parts, strict=True)]
        optimizer.apply([ops.convert_to_tensor(each) for each in gradients], ours)
        gradients = [a * (v - g) + n for v, (a, g, n) in zip(theirs, parts, strict=True)]
        updates, state = reference.update(gradients, state, theirs)
        theirs = optax.apply_updates(theirs, updates)
        flat = [
            np.concatenate([np.ravel(ops.convert_to_numpy(1.0 * each)) for each in ours]),
            np.concatenate([np.ravel(each) for each in theirs]),
        ]
        found.append((*flat, optimizer.d, float(state.estim_lr)))
    return [np.array(column) for column in zip(*found, strict=True)]


@pytest.mark.parametrize(
    ("options", "rate"),
    [
        ({}, 1.0),
        ({"weight_decay": 0.1}, 1.0),
        ({"weight_decay": 0.01}, cosine(peak=1.0, steps=STEPS)),
        ({"safeguard_warmup": True}, WARMED),
        ({"beta_3": 0.99, "d_coef": 0.5, "d0": 1e-4, "epsilon": 1e-6}, 1.0),
        ({"d0": 1e-4, **ROUND}, 1.0),
        ({"d0": 1e-4, "weight_decay": 0.1, **ROUND}, WARMED),
    ],
)
def test_it_makes_the_updates_of_optax_step_by_step(options, rate):
    ours, theirs, our_d, their_d = both(options, rate)
    close = 1e-5 if "beta_1" in options else 2e-4
    np.testing.assert_allclose(our_d, their_d, rtol=close)
    np.testing.assert_allclose(ours, theirs, rtol=close, atol=close)
    assert our_d[-1] > 100 * our_d[0]


def test_it_finds_a_rate_that_trains():
    start = np.mean((network().predict(INPUTS, verbose=0) - TARGETS) ** 2)
    model = compiled(Prodigy())
    loss = train(model, 60).history["loss"]
    assert loss[-1] < 0.2 * start
    assert model.optimizer.d > 1e-3


@pytest.mark.skipif(BACKEND == "torch", reason="Keras compiles nothing on PyTorch here")
@pytest.mark.parametrize(
    "options", [{"jit_compile": True}, {"run_eagerly": True}, {"steps_per_execution": 3}]
)
def test_every_way_to_run_a_step_gives_the_same(options):
    def make():
        return Prodigy(cosine(peak=1.0, steps=8), d0=1e-2, weight_decay=0.1)

    reference = weights(fitted(make(), jit_compile=False))
    other = weights(fitted(make(), **{"jit_compile": False, **options}))
    np.testing.assert_allclose(other, reference, rtol=1e-4, atol=1e-5)


def test_accumulated_gradients_make_the_update_of_the_whole_batch():
    several = fitted(Prodigy(d0=1e-2, gradient_accumulation_steps=4), epochs=3)
    whole = network()
    whole.compile(Prodigy(d0=1e-2), "mse")
    whole.fit(INPUTS, TARGETS, batch_size=64, epochs=3, shuffle=False, verbose=0)
    np.testing.assert_allclose(weights(several), weights(whole), rtol=1e-4, atol=1e-5)
    assert several.optimizer.d == pytest.approx(whole.optimizer.d, rel=1e-4)


def test_mixed_precision_scales_the_loss_around_it():
    keras.config.set_dtype_policy("mixed_float16")
    try:
        scaled = fitted(Prodigy(d0=1e-2))
        assert isinstance(scaled.optimizer, keras.optimizers.LossScaleOptimizer)
        d = scaled.optimizer.inner_optimizer.d
    finally:
        keras.config.set_dtype_policy("float32")
    assert d == pytest.approx(fitted(Prodigy(d0=1e-2)).optimizer.d, rel=0.02)


@pytest.mark.parametrize("wrap", [lambda each: each, adjustable])
@pytest.mark.parametrize("way", ["model", "weights"])
def test_a_resumed_training_goes_on_as_if_it_had_never_stopped(wrap, way, tmp_path):
    def make():
        return compiled(wrap(Prodigy(cosine(peak=1.0, steps=16), d0=1e-3, weight_decay=0.1)))

    never, first = make(), make()
    losses = train(never, 4).history["loss"]
    train(first, 2)
    if way == "model":
        first.save(tmp_path / "model.keras")
        then = keras.models.load_model(tmp_path / "model.keras")
        assert then.optimizer.get_config() == first.optimizer.get_config()
    else:
        first.save_weights(tmp_path / "state.weights.h5")
        then = make()
        then.optimizer.build(then.trainable_variables)
        then.load_weights(tmp_path / "state.weights.h5")
    assert then.optimizer.d == first.optimizer.d
    np.testing.assert_allclose(train(then, 2).history["loss"], losses[2:], rtol=1e-6)
    np.testing.assert_allclose(weights(then), weights(never), rtol=1e-6, atol=1e-7)


def test_the_distance_is_from_where_the_first_update_begins():
    loaded, plain = network(), network()
    loaded.compile(Prodigy(d0=1e-2), "mse")
    loaded.optimizer.build(loaded.trainable_variables)
    for model in (loaded, plain):
        model.set_weights([3 * each for each in model.get_weights()])
    plain.compile(Prodigy(d0=1e-2), "mse")
    for model in (loaded, plain):
        train(model, 2)
    assert loaded.optimizer.d == plain.optimizer.d
    np.testing.assert_array_equal(weights(loaded), weights(plain))


def test_a_variable_whose_first_gradient_comes_late_starts_where_it_was():
    early, late = (keras.Variable(np.full(2, 5.0, "float32")) for _ in range(2))
    optimizer = Prodigy(d0=1e-3)
    optimizer.build([early, late])
    optimizer.apply([ops.ones(2)], [early])
    optimizer.apply([ops.ones(2), ops.ones(2)], [early, late])
    slots = [each for each in optimizer.variables if each.path.endswith("_start")]
    for slot in slots:
        np.testing.assert_array_equal(ops.convert_to_numpy(1.0 * slot), [5.0, 5.0])


def test_gradients_and_rates_of_zero_change_nothing():
    x = keras.Variable(np.ones(3, "float32"))
    optimizer = Prodigy(Linear(start=0.0, end=1.0, steps=4))
    for gradient in (np.zeros(3), np.ones(3)):
        optimizer.apply([ops.convert_to_tensor(np.float32(gradient))], [x])
    assert np.all(np.isfinite(ops.convert_to_numpy(1.0 * x)))
    assert optimizer.d == pytest.approx(1e-6)


def test_what_is_left_out_of_the_weight_decay_stays_out():
    made = [Prodigy(d0=1e-2, weight_decay=decay) for decay in (10.0, 10.0, None)]
    made[0].exclude_from_weight_decay(var_names=["kernel", "bias"])
    without, decayed, plain = (weights(fitted(each)) for each in made)
    np.testing.assert_array_equal(without, plain)
    assert np.any(decayed != plain)


def test_its_beta_may_go_by_schedule():
    constant = fitted(scheduled(Prodigy(d0=1e-2), beta_1=Constant(rate=0.9)))
    np.testing.assert_allclose(
        weights(constant), weights(fitted(Prodigy(d0=1e-2))), rtol=1e-4, atol=1e-5
    )


def test_a_layer_may_be_frozen_but_has_no_rate_of_its_own():
    frozen = fitted(with_rates(Prodigy(d0=1e-2), {"base": 0.0}))
    np.testing.assert_array_equal(weights(frozen, "base"), weights(network(), "base"))
    by_keras = network()
    by_keras.get_layer("base").trainable = False
    by_keras.compile(Prodigy(d0=1e-2), "mse")
    train(by_keras, 2)
    np.testing.assert_allclose(weights(frozen), weights(by_keras), rtol=1e-5, atol=1e-6)
    assert frozen.optimizer.d == pytest.approx(by_keras.optimizer.d)
    own = with_rates(Prodigy(), {"base": 0.1})
    with pytest.raises(ValueError, match=r"one rate for all layers of Prodigy.*got 0.1 and 1.0"):
        own.build(network().trainable_variables)


def test_a_trial_of_it_is_repeated_bit_for_bit():
    from trials.small_tasks import outcome, small_task

    from paceline import Variant

    variants = {
        "own": Variant(schedule=cosine(peak=1.0), optimizer=lambda rate: Prodigy(rate, d0=1e-3)),
        "sgd": cosine(peak=0.1),
    }
    one, again = (outcome(small_task(), variant="own", **variants) for _ in range(2))
    np.testing.assert_array_equal(one.losses, again.losses)
    assert np.ptp(one.losses) > 0.1
    fit = outcome(small_task(), "fit", variant="own", **variants)
    np.testing.assert_allclose(fit.losses, one.losses, rtol=1e-5)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Prodigy(beta_1=1.0), "beta_1 below 1; got beta_1=1.0"),
        (lambda: Prodigy(beta_2=-0.1), "got beta_2=-0.1"),
        (lambda: Prodigy(beta_3="a"), r"got beta_3='a' \(str\)"),
        (lambda: Prodigy(d0=0), "d0 > 0; got d0=0"),
        (lambda: Prodigy(d_coef=-1), "got d_coef=-1"),
        (lambda: Prodigy(epsilon=float("nan")), "got epsilon=nan"),
        (lambda: Prodigy(weight_decay=-1), "got weight_decay=-1"),
        (lambda: Prodigy(safeguard_warmup=1), "got safeguard_warmup=1"),
        (lambda: Prodigy(learning_rate="fast"), "learning_rate"),
        (lambda: Prodigy(rate=1.0), "rate"),
        (lambda: scheduled(Prodigy(), weight_decay=0.1), r"Prodigy\(weight_decay=\.\.\.\)"),
    ],
)
def test_what_is_wrong_is_said(make, message):
    with pytest.raises((TypeError, ValueError), match=message):
        make()

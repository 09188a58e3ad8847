"""Schedule-free: the algorithm step by step, where it ends, and every way to run it."""

import keras
import numpy as np
import pytest
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

import paceline
from paceline.callbacks import AtAverage
from paceline.optimizers import (
    ScheduleFreeAdamW,
    ScheduleFreeSGD,
    adjustable,
    scheduled,
    with_rates,
)
from paceline.schedules import Constant, Linear

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

STEPS = 14
UP_AND_DOWN = Linear(start=0.0, end=0.1, steps=6) >> Linear(start=0.1, end=0.02, steps=8)
RATES = np.array([UP_AND_DOWN(step) for step in range(STEPS)])
GRADIENTS = np.random.default_rng(0).normal(size=(STEPS, 3)).astype("float32")
START = np.array([1.0, -2.0, 3.0], dtype="float32")
MAKERS = {
    "sgd": lambda rate=UP_AND_DOWN, **options: ScheduleFreeSGD(
        rate, weight_decay=0.2, momentum=0.8, **options
    ),
    "adamw": lambda rate=UP_AND_DOWN, **options: ScheduleFreeAdamW(
        rate, weight_decay=0.2, beta_2=0.99, **options
    ),
}
BETA = {"sgd": 0.8, "adamw": 0.9}
LARGE = {"sgd": 0.3, "adamw": 0.02}


def reference(gradient_at, rates, start, *, beta, decay, beta_2=None):
    """Yield x, y and z after each update, as the paper writes them: three sequences in float64."""
    x = y = z = np.asarray(start, dtype=float)
    squares, largest, total = 0.0 * z, 0.0, 0.0
    for step, rate in enumerate(rates):
        direction = np.asarray(gradient_at(step, y), dtype=float)
        if beta_2 is not None:
            squares = beta_2 * squares + (1 - beta_2) * direction**2
            direction = direction / (np.sqrt(squares / (1 - beta_2 ** (step + 1))) + 1e-8)
        z = z - rate * (direction + decay * y)
        largest = max(largest, rate)
        total = total + largest**2
        c = largest**2 / total if total else 0.0
        x = (1 - c) * x + c * z
        y = beta * x + (1 - beta) * z
        yield x, y, z


def expected(name, rates=RATES, decay=0.2):
    beta_2 = 0.99 if name == "adamw" else None
    options = {"beta": BETA[name], "decay": decay, "beta_2": beta_2}
    return list(reference(lambda step, y: GRADIENTS[step], rates, START, **options))


def numbers(variable):
    return np.array(keras.ops.convert_to_numpy(keras.ops.convert_to_tensor(variable)))


def check(optimizer, name, *, wanted=None, moves=True):
    """Apply GRADIENTS one by one, and look at y and x after each."""
    variable = keras.Variable(START, name="weights")
    for gradient, (x, y, _) in zip(GRADIENTS, wanted or expected(name), strict=True):
        optimizer.apply([keras.ops.convert_to_tensor(gradient)], [variable])
        np.testing.assert_allclose(numbers(variable), y, rtol=1e-5, atol=1e-6)
        if moves:
            optimizer.to_average()
            np.testing.assert_allclose(numbers(variable), x, rtol=1e-5, atol=1e-6)
            optimizer.to_training()


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("moves", [True, False])
def test_every_step_is_that_of_the_paper(name, moves):
    check(MAKERS[name](), name, moves=moves)


@pytest.mark.parametrize("name", MAKERS)
def test_every_step_is_that_of_the_paper_inside_a_wrapper(name):
    check(with_rates(MAKERS[name](2 * UP_AND_DOWN), {"weights": 0.5}), name)
    check(with_rates(MAKERS[name](0.7), {"weights": UP_AND_DOWN}), name)
    check(adjustable(MAKERS[name]()), name)
    check(scheduled(MAKERS[name](), weight_decay=0.2), name)
    none = expected(name, decay=0.0)
    check(scheduled(MAKERS[name](), weight_decay=0.0), name, wanted=none)


def test_an_independent_decay_does_not_follow_the_rate():
    one = expected("sgd", rates=np.full(STEPS, 0.5))
    alone = scheduled(MAKERS["sgd"](0.5), weight_decay=0.1, independent=True)
    check(alone, "sgd", wanted=one)  # 0.1 at every step is what 0.5 * 0.2 is


@pytest.mark.parametrize("name", MAKERS)
def test_moving_twice_is_moving_once_and_back_is_where_it_was(name):
    optimizer, variable = MAKERS[name](), keras.Variable(START)
    optimizer.to_average()  # nothing to move yet
    assert not optimizer.at_average
    for gradient in GRADIENTS:
        optimizer.apply([keras.ops.convert_to_tensor(gradient)], [variable])
    y = numbers(variable)
    optimizer.to_training()
    np.testing.assert_array_equal(numbers(variable), y)
    optimizer.to_average()
    x = numbers(variable)
    assert optimizer.at_average
    optimizer.to_average()
    np.testing.assert_array_equal(numbers(variable), x)
    assert np.abs(x - y).max() > 1e-3
    optimizer.to_training()
    np.testing.assert_allclose(numbers(variable), y, rtol=1e-6)
    assert not optimizer.at_average


@pytest.mark.parametrize("name", MAKERS)
def test_an_update_at_x_goes_on_from_y(name):
    optimizer, variable = MAKERS[name](), keras.Variable(START)
    for gradient, (_, y, _) in zip(GRADIENTS, expected(name), strict=True):
        optimizer.apply([keras.ops.convert_to_tensor(gradient)], [variable])
        assert not optimizer.at_average
        np.testing.assert_allclose(numbers(variable), y, rtol=1e-5, atol=1e-6)
        optimizer.to_average()


@pytest.mark.parametrize("name", MAKERS)
def test_weights_that_are_loaded_after_the_build_are_where_it_starts(name):
    variable = keras.Variable(100 * START)
    optimizer = MAKERS[name]()
    optimizer.build([variable])
    optimizer.to_average()
    variable.assign(START)
    for gradient in GRADIENTS:
        optimizer.apply([keras.ops.convert_to_tensor(gradient)], [variable])
    np.testing.assert_allclose(numbers(variable), expected(name)[-1][1], rtol=1e-5, atol=1e-6)


def test_what_is_left_out_of_the_weight_decay_stays_out():
    optimizer = MAKERS["sgd"]()
    optimizer.exclude_from_weight_decay(var_names=["weights"])
    check(optimizer, "sgd", wanted=expected("sgd", decay=0.0))


def test_a_layer_that_thaws_begins_its_average_then():
    thaw = Constant(rate=0.0, steps=4) >> Constant(rate=0.1)
    variable = keras.Variable(START, name="weights")
    optimizer = with_rates(ScheduleFreeSGD(0.3, momentum=0.8), {"weights": thaw})
    rates, options = np.full(STEPS - 4, 0.1), {"beta": 0.8, "decay": 0.0}
    *_, (x, _, _) = reference(lambda step, y: GRADIENTS[step + 4], rates, START, **options)
    for gradient in GRADIENTS:
        optimizer.apply([keras.ops.convert_to_tensor(gradient)], [variable])
    optimizer.to_average()
    np.testing.assert_allclose(numbers(variable), x, rtol=1e-5)


def test_a_constraint_holds_at_the_average_too():
    keep = keras.constraints.NonNeg()
    variable = keras.Variable(np.abs(START))
    variable.constraint = keep
    optimizer = ScheduleFreeSGD(0.5, momentum=0.5)
    for gradient in GRADIENTS:
        optimizer.apply([keras.ops.convert_to_tensor(gradient + 0.5)], [variable])
        assert numbers(variable).min() >= 0
        optimizer.to_average()
        assert numbers(variable).min() >= -1e-6
        optimizer.to_training()


QUADRATIC = 20_000
NOISE = 0.3 * np.random.default_rng(1).normal(size=QUADRATIC).astype("float32")


def descend(optimizer, variable):
    """Train 0.5*(w - 1)^2 with noise in its gradient, in one compiled loop."""
    optimizer.build([variable])
    if BACKEND == "jax":
        import jax

        def step(state, noise):
            values, slots = state
            gradient = values[0] - 1 + noise
            return optimizer.stateless_apply(slots, [gradient], values), None

        state = ([variable.value], [each.value for each in optimizer.variables])
        (values, slots), _ = jax.lax.scan(step, state, NOISE)
        for each, value in zip([variable, *optimizer.variables], [*values, *slots], strict=True):
            each.assign(value)
    elif BACKEND == "tensorflow":
        import tensorflow as tf

        @tf.function(autograph=False)
        def run(noise):
            def step(number):
                optimizer.apply([variable.value - 1 + noise[number]], [variable])
                return (number + 1,)

            tf.while_loop(lambda number: number < QUADRATIC, step, (tf.constant(0),))

        run(tf.constant(NOISE))
    else:
        import torch

        with torch.no_grad():
            for noise in NOISE:
                optimizer.apply([variable.value - 1 + float(noise)], [variable])


def test_a_noisy_quadratic_with_weight_decay_ends_where_the_reference_does():
    rates, options = np.full(QUADRATIC, 2.5e-3), {"beta": 0.9, "decay": 1.0, "beta_2": 0.999}
    *_, (x, _, _) = reference(lambda step, y: y - 1 + NOISE[step], rates, 0.0, **options)
    variable = keras.Variable(0.0)
    optimizer = ScheduleFreeAdamW(2.5e-3, weight_decay=1.0)
    descend(optimizer, variable)
    at_y, at_z = float(numbers(variable)), float(numbers(optimizer._z[0]))
    optimizer.to_average()
    found = float(numbers(variable))
    assert found == pytest.approx((at_y - 0.1 * at_z) / 0.9, abs=1e-5)
    assert found == pytest.approx(0.70, abs=0.02)
    assert found == pytest.approx(x, abs=2e-3)


@pytest.mark.skipif(
    not hasattr(keras.optimizers, "ScheduleFreeAdamW"), reason="this Keras has none of its own"
)
@pytest.mark.skipif(BACKEND == "torch", reason="no compiled loop: the two others say it")
def test_the_average_of_keras_own_is_far_away():
    variable = keras.Variable(0.0)
    optimizer = keras.optimizers.ScheduleFreeAdamW(2.5e-3, weight_decay=1.0)
    descend(optimizer, variable)
    at_y, at_z = float(numbers(variable)), float(numbers(optimizer._momentums[0]))
    assert (at_y - 0.1 * at_z) / 0.9 < -2


def callbacks():
    return [AtAverage()]


@pytest.mark.skipif(BACKEND == "torch", reason="Keras compiles nothing on PyTorch here")
@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize(
    "options", [{"jit_compile": True}, {"run_eagerly": True}, {"steps_per_execution": 3}]
)
def test_every_way_to_run_a_step_gives_the_same(name, options):
    found = []
    for each in ({"jit_compile": False}, {"jit_compile": False, **options}):
        model = compiled(MAKERS[name](LARGE[name]), **each)
        history = train(model, 3, callbacks=callbacks(), validation_data=(INPUTS, TARGETS))
        found.append([*weights(model), *history.history["val_loss"]])
    np.testing.assert_allclose(found[1], found[0], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", MAKERS)
def test_accumulated_gradients_are_one_large_batch(name):
    model = compiled(MAKERS[name](LARGE[name], gradient_accumulation_steps=4), jit_compile=False)
    whole = compiled(MAKERS[name](LARGE[name]), jit_compile=False)
    train(model, 3, callbacks=callbacks())
    whole.fit(
        INPUTS, TARGETS, batch_size=64, epochs=3, shuffle=False, verbose=0, callbacks=callbacks()
    )
    assert model.optimizer.at_average
    np.testing.assert_allclose(weights(model), weights(whole), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("wrap", [lambda each: each, adjustable], ids=["alone", "wrapped"])
def test_mixed_precision_scales_the_loss_around_it(wrap):
    keras.config.set_dtype_policy("mixed_float16")
    try:
        model = compiled(wrap(MAKERS["adamw"](LARGE["adamw"])))
        train(model, 3, callbacks=callbacks())
    finally:
        keras.config.set_dtype_policy("float32")
    assert isinstance(model.optimizer, keras.optimizers.LossScaleOptimizer)
    assert model.optimizer.inner_optimizer.at_average
    plain = compiled(MAKERS["adamw"](LARGE["adamw"]))
    train(plain, 3, callbacks=callbacks())
    np.testing.assert_allclose(weights(model), weights(plain), atol=5e-3)


@pytest.mark.skipif(BACKEND != "tensorflow", reason="its gradients of embeddings are sparse")
@pytest.mark.parametrize("name", MAKERS)
def test_rows_of_an_embedding_without_a_gradient_move_too(name):
    import tensorflow as tf

    table = keras.Variable(np.outer(np.ones(4), START), name="weights")
    optimizer = MAKERS[name]()
    for gradient in GRADIENTS:
        sparse = tf.IndexedSlices(gradient[None], tf.constant([2]), tf.constant([4, 3]))
        optimizer.apply([sparse], [table])
    optimizer.to_average()
    np.testing.assert_allclose(numbers(table)[2], expected(name)[-1][0], rtol=1e-5, atol=1e-6)
    assert np.abs(numbers(table)[0] - START).max() > 1e-3  # they decay


@pytest.mark.parametrize(
    ("name", "way"), [("sgd", "model"), ("adamw", "model"), ("adamw", "weights, wrapped")]
)
def test_a_saved_training_goes_on_as_if_it_had_never_stopped(name, way, tmp_path):
    def make():
        made = MAKERS[name](LARGE[name])
        return made if way == "model" else with_rates(made, {"base": 0.5})

    whole = compiled(make())
    losses = train(whole, 5, callbacks=callbacks()).history["loss"]
    first = compiled(make())
    train(first, 2, callbacks=callbacks())
    if way == "model":
        first.save(tmp_path / "model.keras")
        then = keras.models.load_model(tmp_path / "model.keras")
        assert then.optimizer.get_config() == first.optimizer.get_config()
    else:
        first.save_weights(tmp_path / "state.weights.h5")
        then = compiled(make())
        then.optimizer.build(then.trainable_variables)
        then.load_weights(tmp_path / "state.weights.h5")
    assert then.optimizer.at_average
    np.testing.assert_array_equal(weights(then), weights(first))
    rest = train(then, 3, callbacks=callbacks()).history["loss"]
    np.testing.assert_allclose(rest, losses[2:], rtol=1e-6)
    np.testing.assert_allclose(weights(then), weights(whole), rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("name", MAKERS)
def test_a_loop_of_ones_own_gives_what_fit_gives(name):
    model = compiled(MAKERS[name](LARGE[name]))
    train(model, 2, callbacks=callbacks())
    own, optimizer = network(), MAKERS[name](LARGE[name])
    step = {"tensorflow": tensorflow_step, "jax": jax_step, "torch": torch_step}[BACKEND]
    for _ in range(2):
        optimizer.to_training()
        for start in range(0, 64, 16):
            part = slice(start, start + 16)
            step(own, optimizer, INPUTS[part], TARGETS[part])
        optimizer.to_average()
    np.testing.assert_allclose(weights(own), weights(model), rtol=1e-5, atol=1e-6)


def tensorflow_step(model, optimizer, x, y):
    import tensorflow as tf

    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
    found = model.trainable_variables
    optimizer.apply_gradients(zip(tape.gradient(loss, found), found, strict=True))


def torch_step(model, optimizer, x, y):
    import torch

    model.zero_grad()
    torch.mean((model(x, training=True) - torch.tensor(y)) ** 2).backward()
    found = model.trainable_variables
    optimizer.apply([each.value.grad for each in found], found)


def jax_step(model, optimizer, x, y):
    import jax

    def loss(values, others):
        return jax.numpy.mean((model.stateless_call(values, others, x)[0] - y) ** 2)

    found = model.trainable_variables
    optimizer.build(found)
    values = [each.value for each in found]
    gradients = jax.grad(loss)(values, [each.value for each in model.non_trainable_variables])
    slots = [each.value for each in optimizer.variables]
    values, slots = optimizer.stateless_apply(slots, gradients, values)
    for each, value in zip([*found, *optimizer.variables], [*values, *slots], strict=True):
        each.assign(value)


def test_a_fit_without_the_callback_says_so_and_ends_at_the_average():
    with pytest.warns(UserWarning, match=r"AtAverage in fit.*callbacks=\[paceline"):
        model = fitted(MAKERS["sgd"](0.1))
    assert model.optimizer.at_average
    with_it = compiled(MAKERS["sgd"](0.1))
    train(with_it, 2, callbacks=callbacks())
    np.testing.assert_allclose(weights(model), weights(with_it), rtol=1e-5, atol=1e-6)


def test_what_fails_in_a_step_is_what_fit_raises():
    model = compiled(ScheduleFreeSGD(paceline.constant(peak=0.1, warmup=2), weight_decay=0.1))
    with pytest.raises(ValueError, match="does not know its horizon"):
        train(model, 1, callbacks=callbacks())


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: ScheduleFreeSGD(0.1, momentum=0),
            "momentum > 0; got momentum=0",
        ),
        (lambda: ScheduleFreeSGD(0.1, momentum=1.0), "momentum < 1; got momentum=1.0"),
        (lambda: ScheduleFreeSGD(0.1, momentum="a"), r"got momentum='a' \(str\)"),
        (lambda: ScheduleFreeSGD(0.1, weight_decay=-1), "weight_decay >= 0; got weight_decay=-1"),
        (lambda: ScheduleFreeSGD(0.1, weight_decay=float("nan")), "weight_decay=nan"),
        (lambda: ScheduleFreeSGD(0.1, use_ema=True), "use_ema=False; got use_ema=True"),
        (lambda: ScheduleFreeSGD(0.1, beta_1=0.9), "not recognized.*beta_1"),
        (lambda: ScheduleFreeAdamW(0.1, beta_1=1.5), "got beta_1=1.5"),
        (lambda: ScheduleFreeAdamW(0.1, beta_2=0.0), "got beta_2=0.0"),
        (lambda: ScheduleFreeAdamW(0.1, epsilon=0), "epsilon > 0; got epsilon=0"),
        (lambda: ScheduleFreeAdamW(1), "should be float"),
        (lambda: scheduled(MAKERS["sgd"](), momentum=0.9), "momentum that may change; got Sch"),
        (lambda: scheduled(MAKERS["adamw"](), beta_1=0.9), "beta_1 that may change; got Sched"),
    ],
)
def test_what_is_wrong_is_said(make, message):
    with pytest.raises((TypeError, ValueError), match=message):
        make()

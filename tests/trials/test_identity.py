"""The hash that a trial is found again by."""

import os
import subprocess
import sys
import textwrap

import keras
import numpy as np
import pytest
from trials.small_tasks import X, Y, small_task

from paceline.schedules import constant, cosine
from paceline.trials import (
    Variant,
    _describe,
    checked_model,
    task_identity,
    variant_identity,
)

FILE = """
    import functools
    import keras
    import numpy as np
    import paceline
    import helpers_of_the_task as helpers

    UNITS = 4
    NAMES = {"red", "green", "blue", "black"}

    def scaled(array):
        # a comment
        return array * helpers.SCALE

    class Noise(keras.layers.Layer):
        strength = 0.5

        def call(self, x):
            return x * self.strength

    def build(units):
        layers = [keras.layers.Input((3,)), Noise()]
        layers += [keras.layers.Dense(units), keras.layers.Dense(2)]
        assert "red" in NAMES and "x" not in {"red", "green", "blue"}
        return keras.Sequential(layers)

    def unrelated():
        return 1

    def task():
        x = scaled(np.arange(30.0).reshape(10, 3))
        return paceline.Task(
            model=functools.partial(build, UNITS), optimizer=lambda rate: keras.optimizers.SGD(
                rate, momentum=0.9), loss=keras.losses.Huber(delta=1.0),
            metrics=["mae", lambda y, p: keras.ops.mean(p)], train=(x, x[:, :2]),
            batch_size=5, epochs=2,
        )
"""
HELPERS = "SCALE = 0.1\nOTHER = 3\n"


@pytest.fixture
def identity(tmp_path, monkeypatch):
    """The hash of the task in FILE, after replacements."""

    def of(*changes, helpers=HELPERS):
        text = textwrap.dedent(FILE)
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        module = type(sys)("the_task_file")
        helper = type(sys)("helpers_of_the_task")
        exec(helpers, vars(helper))
        monkeypatch.setitem(sys.modules, "helpers_of_the_task", helper)
        monkeypatch.setitem(sys.modules, "the_task_file", module)
        exec(compile(text, "the_task_file.py", "exec"), vars(module))
        task = module.task()
        return task_identity(module.task, task, checked_model(task)[0])

    return of


def test_a_task_made_twice_is_the_same_task(identity):
    assert identity() == identity()


@pytest.mark.parametrize(
    "change",
    [
        ("# a comment", "# another"),
        ("    # a comment\n", ""),
        ("\ndef scaled", "\n\n\n\ndef scaled"),
        ("return 1", "return 2"),
    ],
    ids=["another comment", "no comment", "empty lines", "an unrelated function"],
)
def test_what_changes_no_number_keeps_the_hash(identity, change):
    assert identity(change) == identity()


@pytest.mark.parametrize(
    "change",
    [
        ("UNITS = 4", "UNITS = 5"),
        ("Dense(2)", "Dense(2, activation='tanh')"),
        ("strength = 0.5", "strength = 0.6"),
        ("x * self.strength", "x + self.strength"),
        ("delta=1.0", "delta=2.0"),
        ("momentum=0.9", "momentum=0.8"),
        ("mean(p)", "max(p)"),
        ("np.arange(30.0)", "np.arange(1.0, 31.0)"),
        ("batch_size=5", "batch_size=4"),
        ("epochs=2", "epochs=3"),
        ("x[:, :2])", "x[:, 1:])"),
    ],
    ids=lambda change: change[1],
)
def test_what_changes_a_number_changes_the_hash(identity, change):
    assert identity(change) != identity()


def test_a_constant_of_a_helper_module_counts_if_it_is_used(identity):
    assert identity(helpers="SCALE = 0.2\nOTHER = 3\n") != identity()
    assert identity(helpers="SCALE = 0.1\nOTHER = 4\n") == identity()


def test_another_process_with_another_string_hash_gives_the_same_hash(identity, tmp_path):
    (tmp_path / "the_task_file.py").write_text(textwrap.dedent(FILE))
    (tmp_path / "helpers_of_the_task.py").write_text(HELPERS)
    script = (
        "import the_task_file as f; from paceline.trials import *; t = f.task();"
        "print(task_identity(f.task, t, checked_model(t)[0]))"
    )
    seed = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env=os.environ | {"PYTHONHASHSEED": seed, "TF_CPP_MIN_LOG_LEVEL": "3"},
        check=True,
        capture_output=True,
        text=True,
    )

    assert done.stdout.strip() == identity()


def test_the_first_weights_count_as_a_file_of_them_may_change():
    def scaled(by):
        def model():
            made = keras.Sequential([keras.layers.Input((6,)), keras.layers.Dense(3)])
            made.set_weights([by * weight for weight in made.get_weights()])
            return made

        return model

    def identity(task):
        return task_identity(task, task, checked_model(task)[0])

    first = identity(small_task(model=scaled(np.float32(2.0))))
    assert first == identity(small_task(model=scaled(np.float32(2.0))))
    assert first != identity(small_task(model=scaled(np.float32(3.0))))


def test_keras_precision_counts_though_no_code_names_it():
    def identity():
        task = small_task()
        return task_identity(task, task, checked_model(task)[0])

    usual = identity()
    try:
        keras.config.set_dtype_policy("mixed_bfloat16")
        assert identity() != usual
    finally:
        keras.config.set_dtype_policy("float32")
    assert identity() == usual


def test_lambdas_on_one_line_are_told_apart():
    tasks = [small_task(optimizer=f) for f in (lambda r: keras.optimizers.SGD(r), lambda r: keras.optimizers.SGD(r, 0.0))]  # fmt: skip # noqa: E501
    hashes = {task_identity(task, task, checked_model(task)[0]) for task in tasks}
    assert len(hashes) == 2


def test_a_data_set_counts_by_its_class_and_attributes():
    class Pieces(keras.utils.PyDataset):
        def __init__(self, x):
            super().__init__()
            self.x = x

        num_batches = 2

        def __getitem__(self, index):
            return self.x[index::2], Y[index::2]

    def identity(data):
        task = small_task(train=data, validation=None)
        return task_identity(task, task, checked_model(task)[0])

    assert identity(Pieces(X)) == identity(Pieces(X.copy()))
    assert identity(Pieces(X)) != identity(Pieces(X + 1))


def test_a_variant_is_known_by_its_rates_its_optimizer_and_its_callbacks():
    def of(**changes):
        settings = {"schedule": constant(peak=0.1)} | changes
        return variant_identity(Variant(**settings).bound(10), 10)

    class Patient(keras.callbacks.Callback):
        def __init__(self, levels, choose=max):
            super().__init__()
            self.levels = levels
            self.choose = choose

    assert of() == of(schedule=constant(peak=0.1, steps=10))
    assert len({of(), of(schedule=cosine(peak=0.1)), of(schedule=constant(peak=0.2))}) == 3
    assert of() != of(optimizer=keras.optimizers.SGD)
    assert of(optimizer=lambda r: keras.optimizers.SGD(r, 0.9)) != of(
        optimizer=lambda r: keras.optimizers.SGD(r, 0.8)
    )
    assert of(callbacks=[Patient([1])]) == of(callbacks=[Patient([1])])
    assert of(callbacks=[Patient([1])]) != of(callbacks=[Patient([2])])
    assert of(callbacks=[Patient([1])]) != of(callbacks=[Patient([1], choose=min)])
    assert of(callbacks=[Patient([1], lambda a: a)]) != of(callbacks=[Patient([1], lambda a: -a)])


def test_a_library_of_another_environment_is_no_code_of_ones_own(tmp_path, monkeypatch):
    folder = tmp_path / "site-packages"
    folder.mkdir()
    (folder / "some_library.py").write_text("def function(): return 1\n")
    monkeypatch.syspath_prepend(folder)
    _describe._library_folders.cache_clear()
    try:
        import some_library

        assert not _describe.is_own(some_library.function)
    finally:
        _describe._library_folders.cache_clear()

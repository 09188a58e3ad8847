"""Schedule files: what is written can be read, by every later release, and runs no code."""

import json
import os
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
from schedules.catalogue import EXAMPLES
from schedules.functions import inverse

import paceline
from paceline.schedules import Constant, Lambda, Linear, load_schedule, save_schedule, wsd
from paceline.schedules._configs import deserialized, serialized

SAVED = Path(__file__).parent / "saved"


LINE = Linear(start=0.0, end=0.1, steps=10)


@pytest.mark.parametrize("path", sorted(SAVED.glob("*.json")), ids=lambda path: path.stem)
def test_a_file_of_every_release_loads(path):
    release, name = path.stem.split("_", 1)
    assert release.count(".") == 2
    assert load_schedule(path) == EXAMPLES[name]


def test_every_class_has_a_saved_file():
    saved = {path.stem.split("_", 1)[1] for path in SAVED.glob("*.json")}
    assert saved == set(EXAMPLES)
    classes = {
        each
        for each in vars(paceline.schedules).values()
        if isinstance(each, type)
        and issubclass(each, paceline.schedules.Schedule)
        and each.__name__ not in {"Schedule", "Recipe"}
    }
    assert classes == set(map(type, EXAMPLES.values()))


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_schedule_written_is_the_schedule_read(name, tmp_path):
    path = tmp_path / "schedule.json"
    save_schedule(EXAMPLES[name], path)
    assert load_schedule(path) == EXAMPLES[name]
    assert [each.name for each in tmp_path.iterdir()] == ["schedule.json"]


def written(tmp_path, change):
    path = tmp_path / "schedule.json"
    save_schedule(LINE >> Constant(rate=0.1), path)
    body = json.loads(path.read_text(encoding="utf-8"))
    change(body)
    path.write_text(json.dumps(body), encoding="utf-8")
    return path


def dense(body):
    body["schedule"] = keras.saving.serialize_keras_object(keras.layers.Dense(3))


def dense_inside(body):
    body["schedule"]["config"]["parts"][1] = keras.saving.serialize_keras_object(
        keras.layers.Dense(3)
    )


def os_system(body):
    body["schedule"]["config"]["parts"][1] = {
        "module": "os",
        "class_name": "system",
        "config": {"command": "true"},
        "registered_name": None,
    }


def code_under_a_good_name(body):
    body["schedule"]["config"]["parts"][1] = {
        "module": "builtins",
        "class_name": "__lambda__",
        "config": {"value": "4wAAAA=="},
        "registered_name": "paceline>Constant",
    }


def more_than_a_schedule(body):
    body["schedule"]["build_config"] = {"input_shape": [1]}


def another_optimizer(body):
    body["schedule"]["registered_name"] = "keras.optimizers>Adam"


@pytest.mark.parametrize(
    "change",
    [
        dense,
        dense_inside,
        os_system,
        code_under_a_good_name,
        more_than_a_schedule,
        another_optimizer,
    ],
)
def test_a_file_that_names_anything_else_is_refused(change, tmp_path):
    with pytest.raises(ValueError, match="registered Paceline schedules only"):
        load_schedule(written(tmp_path, change))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not a schedule file, the JSON that paceline.save_schedule writes; got no JSON"),
        (
            "def schedules():",
            r"got no JSON\. Write one with paceline.save_schedule\(schedule, path",
        ),
        ("[]", r"is not a schedule file.*got JSON of something else\. Write"),
        ('{"a": 1}', r"is not a schedule file.*got JSON of something else\. Write"),
        ('{"paceline_schedule": 1, "schedule": "wsd"}', "needs a schedule; got 'wsd'"),
        ('{"paceline_schedule": 2, "schedule": {}}', r"format 2.*Update Paceline"),
    ],
)
def test_what_is_no_schedule_file_is_refused(text, reason, tmp_path):
    path = tmp_path / "schedule.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=reason):
        load_schedule(path)


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [("rate", -0.5, "got rate=-0.5"), ("rate", "a", "got rate='a'"), ("peak", 1, "'peak'")],
)
def test_a_file_with_a_bad_argument_is_refused_with_the_value(name, value, reason, tmp_path):
    def change(body):
        body["schedule"]["config"]["parts"][1]["config"][name] = value

    path = written(tmp_path, change)
    with pytest.raises(ValueError, match=reason) as caught:
        load_schedule(path)
    assert str(caught.value).startswith(f"{path} holds a schedule that can't be made")
    assert len(str(caught.value)) < len(str(path)) + 300


def test_a_missing_file_says_so(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"none\.json"):
        load_schedule(tmp_path / "none.json")


@pytest.mark.parametrize(
    ("schedule", "reason"),
    [
        (Lambda(function=lambda step, ops: 0.1), "register_keras_serializable"),
        (LINE >> Lambda(function=lambda step, ops: 0.1), "register_keras_serializable"),
        (wsd(peak=0.1), "does not know its horizon"),
    ],
)
def test_what_can_not_be_saved_leaves_the_old_file(schedule, reason, tmp_path):
    path = tmp_path / "schedule.json"
    save_schedule(LINE, path)
    with pytest.raises(ValueError, match=reason):
        save_schedule(schedule, path)
    assert load_schedule(path) == LINE


def test_a_lambda_whose_function_is_gone_says_what_to_import():
    config = {**EXAMPLES["lambda"].get_config(), "function": "elsewhere>gone"}
    with pytest.raises(ValueError, match=r"elsewhere>gone.*Import"):
        Lambda.from_config(config)


def test_the_config_holds_every_field():
    assert LINE.get_config() == {"start": 0.0, "end": 0.1, "steps": 10}
    assert Linear.from_config(LINE.get_config()) == LINE
    np.testing.assert_array_equal(EXAMPLES["lambda"](np.array([0, 100])), [0.1, inverse(50, np)])


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_config_is_the_one_that_keras_makes(name):
    ours = serialized(EXAMPLES[name])
    assert ours == keras.saving.serialize_keras_object(EXAMPLES[name])
    assert deserialized(ours) == keras.saving.deserialize_keras_object(ours) == EXAMPLES[name]


def test_writing_and_reading_a_schedule_imports_no_tensorflow(tmp_path):
    code = (
        "import sys, paceline; schedule = 0.5 * paceline.wsd(peak=0.1, steps=50) + 0.1;"
        f"path = {str(tmp_path / 'wsd.json')!r};"
        "paceline.save_schedule(schedule, path);"
        "assert paceline.load_schedule(path) == schedule;"
        "assert 'tensorflow' not in sys.modules"
    )
    environment = {**os.environ, "KERAS_BACKEND": "jax"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()


def test_two_that_write_at_once_do_not_meet(tmp_path):
    path = tmp_path / "schedule.json"
    (tmp_path / "schedule.json.part").write_text("mine", encoding="utf-8")
    save_schedule(LINE, path)
    assert (tmp_path / "schedule.json.part").read_text(encoding="utf-8") == "mine"
    with pytest.raises(FileNotFoundError, match=r"folder .*nowhere.*Make it first"):
        save_schedule(LINE, tmp_path / "nowhere" / "schedule.json")


@pytest.mark.parametrize("text", [b"\xff\xfe\x00", b"[" * 100_000])
def test_a_file_of_anything_is_refused_in_few_words(text, tmp_path):
    path = tmp_path / "schedule.json"
    path.write_bytes(text)
    with pytest.raises(
        ValueError, match=r"is not a schedule file.*got (no text|JSON that is nested)"
    ) as caught:
        load_schedule(path)
    assert len(str(caught.value)) < 400

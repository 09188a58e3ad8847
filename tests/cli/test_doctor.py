import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Run

OLD_KERAS = {
    "keras/__init__.py": "__version__ = '2.15.0'\n",
    "keras-2.15.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: keras\nVersion: 2.15.0\n",
    "keras-2.15.0.dist-info/RECORD": "keras/__init__.py,,\n",
}
TF_KERAS = {
    "tf_keras/__init__.py": "",
    "tf_keras-2.19.dist-info/METADATA": "Metadata-Version: 2.1\nName: tf_keras\nVersion: 2.19\n",
    "tf_keras-2.19.dist-info/RECORD": "tf_keras/__init__.py,,\n",
}


def examine(paceline: Run, code: int, **settings: str | Path) -> dict[str, dict[str, str]]:
    told = paceline("doctor", "--json", **settings)
    assert (told.returncode, told.stderr) == (code, "")
    body = json.loads(told.stdout)
    assert body["ready"] is (code == 0)
    for check in body["checks"]:
        assert list(check) == ["name", "status", "found", "remedy"]
        assert bool(check["remedy"]) is (check["status"] != "ok"), check
    return {check["name"]: check for check in body["checks"]}


@pytest.mark.parametrize("backend", ["jax", "tensorflow"])
def test_a_machine_that_trains_is_ready(backend: str, paceline: Run) -> None:
    checks = examine(paceline, 0, KERAS_BACKEND=backend)
    assert checks["Backend"]["found"].startswith(f"{backend} ")
    assert checks["Backend"]["found"].endswith("(from KERAS_BACKEND)")
    assert checks["Keras starts"]["found"].endswith(f"started on {backend}")
    assert checks["Devices"]["found"]
    for name in ("Training", "XLA"):
        assert checks[name]["found"] == "one training step gave the right numbers"
    assert re.fullmatch(r"[\d.]+ GiB(, [\d.]+ GiB free)?", checks["Memory"]["found"])
    assert int(checks["Cores"]["found"]) >= 1


def test_keras_own_file_says_the_backend(paceline: Run, tmp_path: Path) -> None:
    (tmp_path / "keras").mkdir()
    (tmp_path / "keras" / "keras.json").write_text('{"backend": "numpy"}')
    checks = examine(paceline, 1)
    assert "keras.json) can't train" in checks["Backend"]["found"]
    assert "tensorflow, jax, torch" in checks["Backend"]["remedy"]


def test_a_missing_backend_fails_and_the_remedy_installs_it_or_takes_another(
    paceline: Run, environment: Callable[..., Path]
) -> None:
    checks = examine(
        paceline, 1, python=environment(without=["torch", "jax"]), KERAS_BACKEND="torch"
    )
    assert checks["Backend"]["found"] == "torch (from KERAS_BACKEND) is not installed"
    remedy = checks["Backend"]["remedy"]
    assert remedy == 'pip install "paceline[torch]", or set KERAS_BACKEND=tensorflow.'
    assert "Training" not in checks


def test_without_any_backend_it_says_what_to_install(
    paceline: Run, environment: Callable[..., Path]
) -> None:
    checks = examine(paceline, 1, python=environment(without=["tensorflow", "jax", "torch"]))
    for name in ("Installed", "Backend"):
        assert checks[name]["status"] == "fail"
        assert 'pip install "paceline[tensorflow]"' in checks[name]["remedy"]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("raise OSError('libcuda is of another version')", "libcuda is of another version"),
        ("import os; os.abort()", "Python died of SIGABRT"),
        ("import os; os._exit(7)", "Python ended with code 7"),
    ],
)
def test_a_broken_backend_is_told_and_does_not_take_the_doctor_with_it(
    source: str, found: str, paceline: Run, environment: Callable[..., Path]
) -> None:
    python = environment(
        without=["tensorflow", "torch"], modules={"tensorflow/__init__.py": source}
    )
    checks = examine(paceline, 1, python=python, KERAS_BACKEND="tensorflow")
    assert found in checks["Keras starts"]["found"]
    assert "KERAS_BACKEND=jax" in checks["Keras starts"]["remedy"]
    assert checks["Memory"]["status"] == "ok"


def test_a_missing_keras_is_told(paceline: Run, environment: Callable[..., Path]) -> None:
    checks = examine(paceline, 1, python=environment(without=["keras"]))
    assert checks["Keras"]["found"] == "not installed"
    assert checks["Keras"]["remedy"].startswith("pip install")
    assert "without keras" in checks["Paceline"]["found"]


def test_keras_2_is_named_as_what_is_wrong(paceline: Run, environment: Callable[..., Path]) -> None:
    checks = examine(paceline, 1, python=environment(without=["keras"], modules=OLD_KERAS))
    assert checks["Keras"]["found"].startswith("Keras 2.15.0 is Keras 2; Paceline needs Keras 3.1")
    assert "keras>=3.10" in checks["Keras"]["remedy"]


def test_the_switch_to_legacy_keras_is_named_as_what_is_wrong(paceline: Run) -> None:
    checks = examine(paceline, 1, KERAS_BACKEND="numpy", TF_USE_LEGACY_KERAS="1")
    assert "TF_USE_LEGACY_KERAS=1" in checks["Legacy Keras"]["found"]
    assert checks["Legacy Keras"]["remedy"] == "unset TF_USE_LEGACY_KERAS"


def test_tf_keras_beside_keras_is_a_warning(
    paceline: Run, environment: Callable[..., Path]
) -> None:
    python = environment(without=["torch"], modules=TF_KERAS)
    checks = examine(paceline, 0, python=python, KERAS_BACKEND="jax")
    assert checks["Legacy Keras"]["status"] == "warn"
    assert "import keras" in checks["Legacy Keras"]["remedy"]


@pytest.mark.parametrize("columns", ["20", "200"])
def test_the_text_has_a_line_for_each_check_and_a_verdict(columns: str, paceline: Run) -> None:
    told = paceline("doctor", KERAS_BACKEND="nonsense", COLUMNS=columns)
    assert told.returncode == 1
    text = " ".join(told.stdout.split())
    assert "fail Backend 'nonsense' (from KERAS_BACKEND) can't train a model" in text
    assert "Set KERAS_BACKEND to one of tensorflow, jax, torch." in text
    assert text.endswith("Not ready: 1 failed, 0 warned, of 7 checks.")
    assert "\x1b" not in told.stdout

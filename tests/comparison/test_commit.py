import importlib.util
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from execution import tiny

import paceline
from paceline.comparison._commit import commit_of
from paceline.schedules import constant


def git(folder: Path, *arguments: str) -> str:
    who = {f"GIT_{role}_{what}": "me@here" for role in ("AUTHOR", "COMMITTER")
           for what in ("NAME", "EMAIL")}  # fmt: skip
    call = ["git", "-C", str(folder), *arguments]
    return subprocess.run(
        call, env={**os.environ, **who}, capture_output=True, text=True, check=True
    ).stdout.strip()


def function_in(file: Path) -> Callable[[], None]:
    file.write_text("def task():\n    pass\n")
    spec = importlib.util.spec_from_file_location("function_in_a_file", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.task


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    function_in(tmp_path / "task.py")
    git(tmp_path, "add", "task.py")
    git(tmp_path, "commit", "-q", "-m", "A task")
    return tmp_path


def test_the_commit_is_that_of_the_tasks_folder(repository: Path) -> None:
    commit = git(repository, "rev-parse", "--short=10", "HEAD")
    task = function_in(repository / "task.py")
    assert commit_of(task) == commit
    (repository / "out").mkdir()
    (repository / "out" / "report.html").write_text("what no commit holds changes nothing")
    assert commit_of(task) == commit
    (repository / "task.py").write_text("def task():\n    return 1\n")
    assert commit_of(task) == f"{commit} + changes"


def test_a_task_that_is_not_in_the_commit_is_a_change(repository: Path) -> None:
    told = commit_of(function_in(repository / "other.py"))
    assert told is not None
    assert told.endswith(" + changes")


def test_without_a_repository_a_commit_or_git_there_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = function_in(tmp_path / "task.py")
    assert commit_of(task) is None
    git(tmp_path, "init", "-q")
    assert commit_of(task) is None
    monkeypatch.setenv("PATH", str(tmp_path))
    assert commit_of(task) is None


def test_a_function_without_a_file_is_of_the_current_folder(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository)
    made: dict[str, Callable[[], None]] = {}
    exec("def task():\n    pass\n", made)
    assert commit_of(made["task"]) == git(repository, "rev-parse", "--short=10", "HEAD")


def test_a_commit_makes_no_trial_another(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(repository)
    made = dict(vars(tiny))
    exec("def here():\n    return task()\n", made)
    asked = {"schedules": {"a": constant(peak=0.1)}, "seeds": 1, "store": "s.sqlite"}
    first = paceline.compare(made["here"], **asked)
    git(repository, "commit", "-q", "--allow-empty", "-m", "Another")
    second = paceline.compare(made["here"], **asked)
    assert first.environment["commit"] != second.environment["commit"]
    assert "1/1 trials, 1 from the store" in capsys.readouterr().err

import os
import re
import subprocess
import sys
import venv
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

import pytest
from execution.conftest import postgres, small_disk

__all__ = ["environment", "paceline", "postgres", "small_disk"]

Run = Callable[..., "subprocess.CompletedProcess[str]"]

_OURS = ("KERAS_BACKEND", "PACELINE_DEBUG", "TF_USE_LEGACY_KERAS", "PYTHONWARNINGS")
_START = "import sys; from paceline_cli import main; main(prog_name='paceline')"


@pytest.fixture
def paceline(tmp_path: Path) -> Run:
    """Run the command line in a process of its own, with no settings but those given."""

    def run(
        *arguments: str, python: Path | str = sys.executable, **settings: str
    ) -> "subprocess.CompletedProcess[str]":
        kept = {name: value for name, value in os.environ.items() if name not in _OURS}
        return subprocess.run(
            [python, "-P", "-c", _START, *arguments],
            env={**kept, "KERAS_HOME": str(tmp_path / "keras"), **settings},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Make an environment of this one's packages, without some, with others; return its Python."""
    here = Path(sys.prefix)

    def make(*, without: Collection[str] = (), modules: Mapping[str, str] | None = None) -> Path:
        home = tmp_path_factory.mktemp("environment")
        venv.create(home, symlinks=True)
        (target,) = home.glob("lib/python*/site-packages")
        (source,) = here.glob("lib/python*/site-packages")
        for entry in source.iterdir():
            name = re.split(r"[-.]", entry.name)[0]
            if not any(name.startswith(left_out) for left_out in without):
                (target / entry.name).symlink_to(entry)
        for file, text in (modules or {}).items():
            (target / file).parent.mkdir(parents=True, exist_ok=True)
            (target / file).write_text(text)
        return home / "bin" / "python"

    return make

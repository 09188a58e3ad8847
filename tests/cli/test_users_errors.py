import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import sys
sys.path.insert(0, sys.argv[1])
import lib
from paceline_cli._users_errors import users_errors
with users_errors("The task tiny"):
    lib.fails()
"""


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("work", "ValueError: The task tiny failed: OSError: the camera is gone (lib.py, line 2)."),
        ("other/site-packages", "OSError: the camera is gone"),
        ("usr/lib/python3/dist-packages", "OSError: the camera is gone"),
    ],
)
def test_an_error_is_the_users_unless_it_came_from_an_installed_package_wherever_that_is(
    place: str, told: str, tmp_path: Path
) -> None:
    folder = tmp_path / place
    folder.mkdir(parents=True)
    (folder / "lib.py").write_text("def fails():\n    raise OSError('the camera is gone')\n")
    done = subprocess.run([sys.executable, "-c", SCRIPT, folder], capture_output=True, text=True)
    assert done.stderr.splitlines()[-1] == told

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from paceline_cli import main

COMMANDS = ("find", "show", "diagnose", "forecast", "doctor")

_LOADED = """
import json, sys, time
began = time.perf_counter()
from paceline_cli import main
try:
    main({arguments})
except SystemExit as end:
    assert end.code == 0, end
took = time.perf_counter() - began
print(json.dumps({{"modules": sorted(sys.modules), "seconds": took}}))
"""


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["--version"], *[[name, "--help"] for name in (*COMMANDS, "compare")]],
)
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _LOADED.format(arguments=arguments)],
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(done.stdout.splitlines()[-1])
    print(f"paceline {' '.join(arguments)}: {told['seconds']:.3f} s")
    heavy = {"keras", "numpy", "altair", "rich", "tensorflow", "jax", "scipy", "paceline"}
    assert heavy.isdisjoint(told["modules"])


@pytest.mark.parametrize("command", [(), *[(name,) for name in COMMANDS]])
def test_every_help_ends_with_examples(command: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(main, [*command, "--help"])
    assert shown.exit_code == 0
    _, _, examples = shown.output.partition("Examples:\n")
    lines = examples.strip().splitlines()
    assert lines
    assert all("paceline" in line for line in lines)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_line_in_the_list_of_commands_is_the_commands_own(name: str) -> None:
    listed = " ".join(CliRunner().invoke(main, ["--help"]).output.split())
    own = CliRunner().invoke(main, [name, "--help"]).output.splitlines()[2].strip()
    assert f"{name} {own}" in listed


def test_without_a_command_the_help_is_printed() -> None:
    alone, asked = CliRunner().invoke(main, []), CliRunner().invoke(main, ["--help"])
    assert alone.exit_code == 0
    assert alone.output == asked.output


def test_the_help_names_compare() -> None:
    assert "compare" in CliRunner().invoke(main, ["--help"]).output

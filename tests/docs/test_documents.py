"""What the documents show was run."""

import ast
import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from _build.tutorial import chapters

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([ROOT / "README.md", *ROOT.glob("docs/**/*.md")])
OPTIONAL = ("jax", "optax", "psycopg", "ray", "tensorboard", "tensorflow", "torch", "transformers")
"""Packages that a document may show without the tests needing them."""


def python_blocks(path: Path) -> str:
    found = re.findall(r"```python\n(.*?)```", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return "\n".join(found)


def missing(code: str) -> list[str]:
    """Return the optional packages that `code` imports and that are not installed."""
    imported: set[str] = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            imported.add(node.module.partition(".")[0])
    return [name for name in OPTIONAL if name in imported and not importlib.util.find_spec(name)]


def backend(document: Path, code: str) -> dict[str, str]:
    """Return JAX for a how-to that asks for no backend: it starts 3 s sooner than TensorFlow."""
    chosen = document.name == "README.md" or "tensorflow" in code or "KERAS_BACKEND" in code
    return {} if chosen or not importlib.util.find_spec("jax") else {"KERAS_BACKEND": "jax"}


@pytest.mark.parametrize(
    "document",
    [path for path in DOCUMENTS if python_blocks(path) and path not in chapters()],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_the_python_of_a_document_runs_from_top_to_bottom(document: Path, tmp_path: Path) -> None:
    code = python_blocks(document)
    if packages := missing(code):
        names = " ".join(packages)
        pytest.skip(f"{document.relative_to(ROOT)} needs {names}: pip install {names}")
    keras_own = "ignore:__array__ implementation:DeprecationWarning"  # where it saves on JAX
    call = [sys.executable, "-W", "error", "-W", keras_own, "-c", code]
    environment = {**backend(document, code), **os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(call, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_document_is_skipped_for_a_missing_package_by_its_name() -> None:
    assert missing("import os, numpy\nfrom torch.optim import SGD\nimport surely_a_typo") in (
        ["torch"],
        [],
    )
    assert missing("import surely_a_typo") == []


def test_the_page_of_the_command_line_is_what_help_prints() -> None:
    from build import command_line_page

    shown = (ROOT / "docs" / "reference" / "cli.md").read_text(encoding="utf-8")
    assert shown == command_line_page(), "run: make docs"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_of_a_document_leads_to_a_file(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#]+)\)", text)
    missing = [
        link
        for link in links
        if not link.startswith("http") and not (document.parent / link).exists()
    ]
    assert not missing

"""What the documents show was run."""

import ast
import importlib.util
import os
import re
from pathlib import Path

import pytest
from _build.shown import QUIET, Page, pages, record
from _build.translated import ENGLISH, translations

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("README*.md"), *ROOT.glob("docs/**/*.md")])
RUN = [path for path in DOCUMENTS if path not in translations()]
BY_COMMANDS = ("demo_report.png", "demo_search.png", "forecast.png")
"""Pictures that docs/build.py makes of what commands write."""
OPTIONAL = ("jax", "optax", "psycopg", "ray", "tensorboard", "tensorflow", "torch", "transformers")
"""Packages that a document may show without the tests needing them."""


def code_of(document: Path) -> str:
    return "".join(program.code for program in Page(document).programs.values())


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
    chosen = chosen or Page(document).shows
    return {} if chosen or not importlib.util.find_spec("jax") else {"KERAS_BACKEND": "jax"}


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(
            path,
            id=str(path.relative_to(ROOT)),
            marks=[pytest.mark.slow] if path.name != "README.md" else [],
        )
        for path in RUN
        if code_of(path) and path.parent != ENGLISH  # test_course.py runs the chapters
    ],
)
def test_the_python_of_a_document_runs_and_prints_what_is_shown(document: Path) -> None:
    code = code_of(document)
    if packages := missing(code):
        names = " ".join(packages)
        pytest.skip(f"{document.relative_to(ROOT)} needs {names}: pip install {names}")
    page = Page(document)
    ran = page.run({**backend(document, code), **os.environ, **QUIET})
    assert without_figures(page.filled(ran)) == without_figures(page.text), "run: make docs"


def without_figures(text: str) -> list[str]:
    """Return the words: figures, and the widths that follow from them, differ between machines."""
    return re.sub(r"[-+−±]?[\d.,]*\d(e[-+]?\d+)?|[─▁-█]+", "#", text).split()


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_a_page_shows_what_its_code_printed_and_drew_when_it_last_ran(page: Page) -> None:
    assert record().get(page.name) == page.digest, "run: make docs"


def test_every_picture_is_drawn_by_the_build() -> None:
    drawn = {path.resolve() for page in pages() for path in page.pictures.values()}
    there = set((ROOT / "docs" / "images").rglob("*.*"))
    of_docstrings = set((ROOT / "docs" / "images" / "schedules").rglob("*.*"))
    others = {path.name for path in there - drawn - of_docstrings}
    assert others == set(BY_COMMANDS)


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

"""The reference of the schedules is what the build writes, and complete."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from _build.names import Name, public_names
from _build.picture import same
from _build.reference import Reference, reference, written

from paceline import schedules

ROOT = Path(__file__).parents[2]
NAMES = [public_names()[name] for name in schedules.__all__]
DRAWN = [each for each in NAMES if each.is_class or each.group == "recipes"]


@pytest.fixture(scope="module")
def made() -> Reference:
    return reference()


def of_each(names: list[Name]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("name", names, ids=lambda name: name.name)


def part(name: Name, title: str) -> str:
    """Return what the page has below the heading `title`, or nothing."""
    found = re.search(rf"^## {title}\n\n(.*?)(?=\n## |\n---)", read(name), flags=re.M | re.S)
    return found[1] if found else ""


def read(name: Name) -> str:
    return name.page.read_text(encoding="utf-8")


@of_each(NAMES)
def test_every_name_has_a_page_that_imports_it_and_shows_an_example(name: Name) -> None:
    text = read(name)
    assert text.startswith(f"# {name.name}\n")
    assert f"`from paceline.schedules import {name.name}`" in text
    assert "```pycon\n>>> " in part(name, "Example")


@of_each(DRAWN)
def test_every_class_and_recipe_has_a_formula_and_a_picture(name: Name) -> None:
    assert re.search("rate.* (=|is) |recipe.* = ", part(name, "Formula"))
    assert name.picture.name in read(name)
    assert name.picture.exists()


@of_each([each for each in NAMES if each.arguments])
def test_every_argument_of_a_name_has_its_type_and_meaning(name: Name) -> None:
    rows = [line.split(" | ") for line in part(name, "Arguments").splitlines() if "| `" in line]
    assert [row[0] for row in rows] == [f"| `{each.name}`" for each in name.arguments]
    assert all(kind and default and len(meaning) > 5 for _, kind, default, meaning in rows)


def test_the_index_leads_to_every_page() -> None:
    folder = ROOT / "docs" / "reference" / "schedules"
    links = re.findall(r"^\| \[`\w+`\]\((.*?)\)", (folder / "README.md").read_text("utf-8"), re.M)
    assert sorted(folder / link for link in links) == sorted(each.page for each in NAMES)


def test_no_two_files_differ_in_case_alone() -> None:
    paths = [str(path).lower() for path in written()]
    assert len(paths) == len(set(paths))


def test_the_pages_are_what_the_build_writes(made: Reference) -> None:
    assert {*made.pages, *made.pictures} == written(), "run: make docs"
    for path, text in made.pages.items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name} is old; run: make docs"


def test_the_pictures_show_what_the_build_draws(made: Reference) -> None:
    old = [path for path, svg in made.pictures.items() if not same(path.read_text("utf-8"), svg)]
    assert not old, "run: make docs"


def test_the_build_draws_the_same_in_another_process_and_without_tensorflow(
    made: Reference,
) -> None:
    code = (
        "import build, sys; made = build.schedule_reference();"
        "print(sys.modules.get('tensorflow'), made.digest)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "docs"), "KERAS_BACKEND": ""}
    call = [sys.executable, "-c", code]
    done = subprocess.run(call, check=True, env=environment, capture_output=True, text=True)
    assert done.stdout.split() == ["None", made.digest]

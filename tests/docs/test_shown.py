"""What a page shows of code that ran."""

import os
from pathlib import Path

import pytest
from _build.shown import Page, cells_of


def written(folder: Path, *blocks: str) -> Page:
    path = folder / "page.md"
    path.write_text("\n\n".join(blocks) + "\n", encoding="utf-8")
    return Page(path)


def fenced(head: str, body: str = "") -> str:
    return f"```{head}\n{body}```"


def refreshed(page: Page) -> str:
    return page.filled(page.run(dict(os.environ)))


OUTPUT = 'text title="Output"'


def test_an_output_is_what_the_block_before_it_printed(tmp_path: Path) -> None:
    page = written(
        tmp_path,
        fenced("python", "a = 1\nprint('silent')\n"),
        "Words.",
        fenced("python", "print(a)\nprint('b ')\n"),
        fenced(OUTPUT, "old\n"),
    )
    assert page.shows
    assert refreshed(page) == page.text.replace("old", "1\nb")


def test_an_output_has_no_blank_lines_around_it_and_no_long_ones(tmp_path: Path) -> None:
    code = """print(f"\\n  \\n  a  table\\n\\n{'a-long-word ' * 20}\\n   \\n")\n"""
    page = written(tmp_path, fenced("python", code), fenced(OUTPUT))
    whole = " ".join(["a-long-word"] * 8)
    broken = f"{whole}\n{whole}\n{' '.join(['a-long-word'] * 4)}\n"
    assert refreshed(page).endswith(fenced(OUTPUT, f"  a  table\n\n{broken}") + "\n")


def test_an_excerpt_is_a_cell_of_the_example_or_all_of_it(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text('"""A question."""\n\nx = 2\n\n# %% Twice\nprint(x * 2)\n\n# %% Rest\n')
    page = written(
        tmp_path,
        fenced(f'python title="{script}: Twice"'),
        fenced(OUTPUT),
        fenced(f'python title="{script}"'),
    )
    twice, output, whole = refreshed(page).rstrip().split("\n\n", maxsplit=2)
    assert twice.endswith('Twice"\nprint(x * 2)\n```')
    assert output == fenced(OUTPUT, "4\n")
    assert script.read_text().strip() in whole


def test_a_picture_is_what_the_code_saved_and_may_need_what_lies_beside(tmp_path: Path) -> None:
    (tmp_path / "page").mkdir()
    (tmp_path / "page" / "data.csv").write_text("7")
    code = 'from pathlib import Path\nPath("it.svg").write_text(Path("data.csv").read_text())\n'
    page = written(tmp_path, fenced("python", code), "![It](images/it.svg)", "![No](no.svg)")
    assert page.pictures == {"it.svg": tmp_path / "images" / "it.svg"}
    assert page.run(dict(os.environ))[""].pictures == {"it.svg": b"7"}


def test_a_picture_of_an_example_may_lie_in_a_folder(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "from pathlib import Path\n\n# %% Draw\nprint(1)\n\n# %% Save\n"
        "folder = Path('out/deep')\nfolder.mkdir(parents=True)\n"
        '(folder / "it.png").write_text("5")\n'
    )
    page = written(tmp_path, fenced(f'python title="{script}: Draw"'), "![It](it.png)")
    ran = page.run(dict(os.environ))[str(script)]
    assert page.pictures.keys() == {"it.png"}
    assert ran.pictures == {"it.png": b"5"}
    assert ran.printed == {"": "", "Draw": "1\n", "Save": ""}


def test_a_change_of_the_code_or_of_what_is_shown_changes_the_digest(tmp_path: Path) -> None:
    parts = [fenced("python", "print(1)\n"), fenced(OUTPUT, "1\n")]
    first = written(tmp_path, *parts).digest
    assert written(tmp_path, "Other words.", *parts).digest == first
    assert written(tmp_path, parts[0], fenced(OUTPUT, "2\n")).digest != first
    assert written(tmp_path, fenced("python", "print(2)\n"), parts[1]).digest != first


def test_what_is_only_code_need_not_run(tmp_path: Path) -> None:
    assert not written(tmp_path, fenced("python", "1\n"), fenced('sh title="x"', "ls\n")).shows


def test_code_that_fails_or_warns_is_told(tmp_path: Path) -> None:
    page = written(tmp_path, fenced("python", "import warnings\nwarnings.warn('careful')\n"))
    with pytest.raises(RuntimeError, match="careful"):
        refreshed(page)


def test_a_cell_that_is_not_there_is_told(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text("# %% Here\n")
    page = written(tmp_path, fenced(f'python title="{script}: There"'))
    with pytest.raises(ValueError, match="no line `# %% There`"):
        refreshed(page)


def test_two_cells_of_one_name_are_refused(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text("# %% Once\n1\n# %% Once\n2\n")
    with pytest.raises(ValueError, match=r"script\.py has two cells 'Once'"):
        cells_of(script)

"""The course: a page shows parts of its script, what that prints, and what follows from it."""

import re
from pathlib import Path

import pytest
from _build.tutorial import PICTURES, chapters, filled, printed, shown

CHAPTERS = chapters()


def ran(number: int, folder: Path) -> list[str]:
    """Run the script of a chapter; return the paragraphs that it prints.

    They have the words of the page, and the charts are those of the page.
    """
    page, script = next(pair for pair in CHAPTERS.items() if pair[0].name[0] == str(number))
    output = printed(script, folder).strip()
    assert words(output) == words("\n\n".join(shown(page)))
    pictures = re.findall(r"images/tutorial/(.*?)\)", page.read_text("utf-8"))
    assert sorted(path.name for path in folder.iterdir()) == sorted(pictures)
    assert all((PICTURES / name).exists() for name in pictures)
    return output.split("\n\n")


def words(text: str) -> list[str]:
    """Return the words of `text`, with # for every number."""
    return re.sub(r"[-+−]?\d+(?:[.,]\d+)*(?:e[-+]?\d+)?", "#", text).split()


def rows(table: str) -> dict[str, list[float]]:
    """Return the numbers of each row that begins with a name, below its last two blanks."""
    lines = (re.split(r"\s{2,}", line.strip().replace("%", "")) for line in table.splitlines())
    return {
        name: [float(cell) for cell in cells]
        for name, *cells in lines
        if cells and re.fullmatch(r"[\d.]+", cells[-1])
    }


@pytest.mark.parametrize("page", CHAPTERS, ids=lambda page: page.stem)
def test_the_python_of_a_chapter_stands_in_its_script(page: Path) -> None:
    script, place = CHAPTERS[page].read_text("utf-8"), 0
    for block in re.findall(r"```python\n(.*?)```", page.read_text("utf-8"), flags=re.DOTALL):
        assert block in script[place:], block
        place = script.index(block, place) + len(block)


def test_a_page_has_a_block_for_each_paragraph() -> None:
    page = "a\n<!-- output -->\nold\n<!-- /output -->\nb\n<!-- output -->\n<!-- /output -->\n"
    made = filled(page, "  1  2\n3\n\nlast\n")
    assert re.findall(r"```text\n(.*?)\n```", made, re.DOTALL) == ["  1  2\n3", "last"]
    assert filled(made, "  1  2\n3\n\nlast\n") == made
    with pytest.raises(ValueError, match="that its script prints, 1; got 2"):
        filled(page, "one")


def test_the_first_chapter_finds_the_machine_ready(tmp_path: Path) -> None:
    doctor, update, digits = ran(1, tmp_path)
    assert doctor.endswith("ready to train: True")
    assert update == "weights after one update: [0.6 1.2]"
    assert int(digits.rpartition(" ")[2].removesuffix("%")) > 80


def test_the_second_chapter_crawls_learns_oscillates_and_diverges(tmp_path: Path) -> None:
    (table,) = ran(2, tmp_path)
    found = rows(table)
    before, largest, last, rises = 0, 1, slice(2, 5), 5
    assert found["0.0001"][rises] == 0
    assert max(found["0.5"][last]) < 0.1 * found["0.5"][before]
    assert min(found["0.01"][last]) > 5 * max(found["0.5"][last])
    assert found["2"][rises] > 20
    assert found["10"][largest] > 10 * found["10"][before]
    assert found["10"][last] == pytest.approx([2.30] * 3, abs=0.02)


@pytest.mark.slow
def test_the_third_chapter_finds_a_rate_and_says_when_it_does_not_know(tmp_path: Path) -> None:
    tried, once, five, _, unknown = ran(3, tmp_path)
    assert "trial and error: 0.1;" in tried
    for answer in (once, five):
        suggested = re.search(r"Suggestion: ([\d.]+) ", answer)
        assert suggested
        assert 0.05 < float(suggested[1]) < 0.5
    assert unknown.count("No suggestion") == 3
    assert "Weak" in unknown.splitlines()[-1]


@pytest.mark.slow
def test_in_the_fourth_chapter_the_falling_rate_ends_lowest(tmp_path: Path) -> None:
    table, verdict = ran(4, tmp_path)
    found = rows(table)
    falling = found.pop("0.4 falling to 0")
    for column in (1, 2, 3):
        assert falling[column] < min(row[column] for row in found.values())
    assert found["fixed 0.4"][0] < found["fixed 0.05"][0]
    assert found["fixed 0.4"][3] > 2 * found["fixed 0.05"][3]
    assert verdict.partition("Worse: ")[2].count("fixed") == 4

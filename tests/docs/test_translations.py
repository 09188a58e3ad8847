"""A page in Chinese says what the page in English says."""

import re
from pathlib import Path

import pytest
from _build import translated
from _build.translated import CHINESE, COURSE, ENGLISH, shown, translations
from markdown_it import MarkdownIt

PAIRS = [
    pytest.param(*pair, id=pair[0].name) for pair in translations().items() if pair[1].exists()
]
CODE = re.compile(r"^```.*?^```$|<!-- (\w+) -->.*?<!-- /\1 -->", re.M | re.S)
FIGURE = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?(?:e[-+]?\d+)?")


def sections(page: Path) -> list[str]:
    """Return the words of `page`, without blocks and targets of links, a heading in each part."""
    words = CODE.sub("", page.read_text(encoding="utf-8"))
    return re.split(r"^(?=#)", re.sub(r"\]\([^)]*\)", "]", words), flags=re.M)


@pytest.mark.parametrize(("chinese", "english"), PAIRS)
def test_the_code_the_outputs_and_the_pictures_are_the_same(chinese: Path, english: Path) -> None:
    assert shown(chinese) == shown(english), "run: make docs"


@pytest.mark.parametrize(("chinese", "english"), PAIRS)
def test_the_headings_are_as_many_and_as_deep(chinese: Path, english: Path) -> None:
    depths = [[part.partition(" ")[0] for part in sections(each)] for each in (chinese, english)]
    assert depths[0] == depths[1]


@pytest.mark.parametrize(("chinese", "english"), PAIRS)
def test_every_figure_of_a_section_stands_in_the_translation(chinese: Path, english: Path) -> None:
    for here, there in zip(sections(chinese), sections(english), strict=True):
        missing = set(FIGURE.findall(there)) - set(FIGURE.findall(here))
        assert not missing, there.partition("\n")[0]


@pytest.mark.parametrize(("chinese", "english"), PAIRS)
def test_the_links_lead_to_the_same_pages_in_chinese_where_there_are(
    chinese: Path, english: Path
) -> None:
    expected = sorted(map(in_chinese, targets(english)))
    assert sorted(targets(chinese)) == expected


def targets(page: Path) -> list[Path]:
    """Return the files that `page` links to."""
    links = re.findall(r"\]\(((?!\w+:)[^)#]+)\)", CODE.sub("", page.read_text(encoding="utf-8")))
    return [(page.parent / link).resolve() for link in links]


def in_chinese(target: Path) -> Path:
    """Return the page in Chinese of one in English, and of one in Chinese the one in English."""
    both = {original: page for page, original in translations().items()}
    return {**translations(), **both}.get(target, target)


@pytest.mark.parametrize("chinese", [pair.values[0] for pair in PAIRS])
def test_bold_and_slanted_words_beside_chinese_ones_are_so_on_github_too(chinese: Path) -> None:
    tokens = MarkdownIt("commonmark").enable("table").parse(chinese.read_text(encoding="utf-8"))
    words = [each for token in tokens for each in token.children or () if each.type == "text"]
    assert [each.content for each in words if "*" in each.content] == []


def test_a_page_in_chinese_takes_what_the_page_in_english_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chinese, english = tmp_path / "zh.md", tmp_path / "en.md"
    monkeypatch.setattr(translated, "translations", lambda: {chinese: english})
    english.write_text('A\n```text title="Output"\n1\\d\n```\n![B](new.svg) [c](d.md)\n')
    chinese.write_text("甲\n```text\n0\n```\n![乙](old.png)，[丙](x.md)\n")
    translated.refresh()
    copied = '甲\n```text title="Output"\n1\\d\n```\n![乙](new.svg)，[丙](x.md)\n'
    assert chinese.read_text() == copied
    english.write_text("A\n")
    with pytest.raises(ValueError, match=r"as many blocks and pictures as en\.md, 0; got 2"):
        translated.refresh()


def test_every_chapter_has_a_translation() -> None:
    names = {page.name for page in ENGLISH.glob("*.md")}
    assert {COURSE if name == "README.md" else name for name in names} <= {
        page.name for page in CHINESE.glob("*.md")
    }

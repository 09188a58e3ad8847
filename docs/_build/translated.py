"""The pages in Chinese: what they show of code that ran is that of the page in English.

The words are translated by hand. Blocks of code and output, the targets of pictures and what stands
between marks such as `<!-- bench -->` are copied, one for one and in the same order.
"""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ENGLISH, CHINESE = ROOT / "docs" / "tutorial", ROOT / "docs" / "zh"
COURSE = "0_course.md"
"""The Chinese page of the course itself: in zh/ the first page is README.zh-CN.md."""

_SHOWN = re.compile(
    r"<!-- (\w+) -->.*?<!-- /\1 -->|^```.*?^```$|(?<=\]\()[^)\s]+\.(?:png|svg)(?=\))", re.M | re.S
)


def translations() -> dict[Path, Path]:
    """Return the page in English of each page in Chinese."""
    found = {ROOT / "README.zh-CN.md": ROOT / "README.md"}
    for page in sorted(CHINESE.glob("*.md")):
        found[page] = ENGLISH / ("README.md" if page.name == COURSE else page.name)
    return found


def shown(page: Path) -> list[str]:
    """Return what `page` shows: its blocks, the targets of its pictures, its marked tables."""
    return [found[0] for found in _SHOWN.finditer(page.read_text(encoding="utf-8"))]


def refresh() -> None:
    """Let each page in Chinese show what the page in English shows.

    Raises:
        ValueError: one of the two shows more than the other.
    """
    for page, original in translations().items():
        if original.exists():
            parts = shown(original)
            if (own := len(shown(page))) != len(parts):
                raise ValueError(
                    f"{page.name} needs as many blocks and pictures as {original.name}, "
                    f"{len(parts)}; got {own}. Give it those that {original.name} has."
                )
            rest = iter(parts)
            text = _SHOWN.sub(lambda _: next(rest), page.read_text(encoding="utf-8"))  # noqa: B023
            page.write_text(text, encoding="utf-8")

"""The course: what the script of a chapter prints, put into the chapter's page; and its charts."""

import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs" / "images" / "tutorial"
_WIDTH = 100
_OUTPUT = re.compile(r"(<!-- output -->\n).*?(<!-- /output -->)", re.DOTALL)


def chapters() -> dict[Path, Path]:
    """Return the script of each page that shows what its script prints."""
    pages = sorted((ROOT / "docs" / "tutorial").glob("[0-9]_*.md"))
    return {
        page: ROOT / "examples" / "tutorial" / f"{page.stem}.py"
        for page in pages
        if _OUTPUT.search(page.read_text(encoding="utf-8"))
    }


def printed(script: Path, folder: Path) -> str:
    """Run `script`, which draws its charts into `folder`, and return what it prints."""
    call = [sys.executable, str(script), str(folder)]
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(call, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    done.check_returncode()
    return done.stdout


def shown(page: Path) -> list[str]:
    """Return the blocks of output that `page` shows."""
    found = re.finditer(_OUTPUT, page.read_text(encoding="utf-8"))
    return [each[0].partition("```text\n")[2].partition("\n```")[0] for each in found]


def filled(text: str, output: str) -> str:
    """Return the page `text` with each paragraph of `output` in a block of output.

    Raises:
        ValueError: the page has more or fewer blocks than there are paragraphs.
    """
    paragraphs = [_wrapped(each) for each in output.strip("\n").split("\n\n")]
    if len(paragraphs) != (blocks := len(_OUTPUT.findall(text))):
        raise ValueError(
            f"A page needs a block of output for each paragraph that its script prints, "
            f"{len(paragraphs)}; got {blocks}. Write <!-- output --> <!-- /output -->."
        )
    rest = iter(paragraphs)
    return _OUTPUT.sub(lambda block: f"{block[1]}```text\n{next(rest)}\n```\n{block[2]}", text)


def fill(number: str) -> None:
    """Run the script of chapter `number`; put its output into its page, and its charts beside."""
    for page, script in chapters().items():
        if page.stem.startswith(f"{number}_"):
            output = printed(script, PICTURES)
            text = filled(page.read_text(encoding="utf-8"), output)
            page.write_text(text, encoding="utf-8")


def _wrapped(paragraph: str) -> str:
    """Return a paragraph whose long lines are broken, and whose other lines keep their blanks."""
    lines = [line.rstrip() for line in paragraph.splitlines()]
    return "\n".join(line if len(line) <= _WIDTH else textwrap.fill(line, _WIDTH) for line in lines)

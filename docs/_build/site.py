"""Hooks of mkdocs: the navigation, and the pages that the site has beside those in docs/.

The home page is README.md. A section without a first page gets one, with its contents. Each room of
the package has a page made from its docstrings. And a file of the repository that a page links to,
such as an example, has a page that shows it.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from mkdocs.structure.files import File, Files, InclusionLevel

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
HOME = {"index.md": "README.md", "zh/index.md": "README.zh-CN.md"}
"""Pages that are made from a file at the root, which is the first page of the repository too."""
SHOWN = "files/"
PYTHON = "reference/python/"

_contents: dict[str, str] = {}
"""The first pages that are made of what the navigation has below them."""

_CODE = re.compile(r"`[^`]*`")
_LINK = re.compile(r"(?<=\]\()(?!\w+:)([^)\s#]+)(?=[)#])")


def on_config(config: Any) -> Any:
    """Put the pages of a folder where the navigation names it; leave out what has none yet."""
    config.nav = list(_expanded(config.nav))
    for section in config.nav:
        title, pages = next(iter(section.items()))
        first = f"{PurePosixPath(_leaves(section)[0]).parts[0]}/README.md"
        if isinstance(pages, list) and pages[0] not in (first, first.replace("README", "index")):
            _contents[first] = f"# {title}\n\n{_listed(pages, first)}"
            pages.insert(0, first)
    return config


def _listed(nav: list[Any], page: str, level: int = 2) -> str:
    """Return links to the pages, below a heading for each group of them."""
    lines = []
    for item in nav:
        if isinstance(item, dict):
            title, pages = next(iter(item.items()))
            lines += ["", f"{'#' * level} {title}", "", _listed(pages, page, level + 1)]
        else:
            heading = re.search(r"^# (.+)$", _read(f"docs/{item}"), re.M)
            assert heading, f"{item} has no title"
            lines.append(f"- [{heading[1]}]({_relative(item, page)})")
    return "\n".join(lines)


def _leaves(item: Any) -> list[str]:
    """Return the pages in an item of the navigation."""
    if isinstance(item, str):
        return [item]
    inside = item.values() if isinstance(item, dict) else item
    return [leaf for each in inside for leaf in _leaves(each)]


def _expanded(nav: list[Any]) -> Iterator[Any]:
    for item in nav:
        title, value = next(iter(item.items())) if isinstance(item, dict) else (None, item)
        if isinstance(value, list):
            value = list(_expanded(value))
        elif value.endswith("/"):
            value = _pages(value)
        if value:
            yield value if title is None else {title: value}


def _pages(folder: str) -> list[Any]:
    """Return the pages of a folder by their names, the first page first, then its folders."""
    if folder == PYTHON:
        return [f"{PYTHON}{room}.md" for room in rooms()]
    home = [page for page in HOME if page.startswith(folder) and (ROOT / HOME[page]).exists()]
    files = sorted((DOCS / folder).glob("*.md"), key=lambda path: (path.stem != "README", path))
    folders = sorted(path for path in (DOCS / folder).glob("*") if path.is_dir())
    inside = [(path.name, _pages(f"{folder}{path.name}/")) for path in folders]
    return [
        *home,
        *(path.relative_to(DOCS).as_posix() for path in files),
        *({name.replace("_", " ").capitalize(): pages} for name, pages in inside if pages),
    ]


def rooms() -> list[str]:
    """Return the packages of the library, the whole first, by the names that import them."""
    package = ROOT / "src" / "paceline"
    inside = sorted(path.parent.name for path in package.glob("*/__init__.py"))
    return ["paceline", *(f"paceline.{name}" for name in inside)]


def on_files(files: Files, config: Any) -> Files:
    """Add the pages that are made from files elsewhere."""
    made = {page: _read(source) for page, source in HOME.items() if (ROOT / source).exists()}
    made["index.md"] = f"---\nhide: [navigation]\n---\n{made['index.md']}"
    made |= _contents
    made |= {f"{PYTHON}{room}.md": f"# {room}\n\n::: {room}\n" for room in rooms()}
    for page, text in made.items():
        files.append(File.generated(config, page, content=text))
    waiting = {file.src_uri: file.content_string for file in files.documentation_pages()}
    while waiting:
        page, text = waiting.popitem()
        for target in filter(None, (_target(page, link) for link in _LINK.findall(text))):
            shown = _page_of(target)
            if shown.startswith(SHOWN) and files.get_file_from_path(shown) is None:
                waiting[shown] = _showing(target)
                level = InclusionLevel.NOT_IN_NAV
                file = File.generated(config, shown, content=waiting[shown], inclusion=level)
                files.append(file)
    return files


def on_page_markdown(markdown: str, *, page: Any, **_: Any) -> str:
    """Let a link to a file of the repository lead to the page that the site has for it."""
    here = page.file.src_uri

    def moved(link: re.Match[str]) -> str:
        target = _target(here, link[1])
        return _relative(_page_of(target), here) if target else link[1]

    rows = re.sub(r"^\|.*", lambda row: _CODE.sub(_unescaped, row[0]), markdown, flags=re.M)
    return _LINK.sub(moved, rows)


def _unescaped(code: re.Match[str]) -> str:
    """Return code of a table with its bars as they are: GitHub needs `\\|` there, and this not."""
    return code[0].replace(r"\|", "|")


def on_post_page(output: str, *, page: Any, **_: Any) -> str:
    """Say in which language the page is, for browsers and those who have it read to them."""
    chinese = page.file.src_uri.startswith("zh/")
    return output.replace('<html lang="en"', '<html lang="zh-CN"', 1) if chinese else output


def _target(page: str, link: str) -> str | None:
    """Return the file, or the folder in docs/, that `link` on `page` means, if there is one."""
    source = HOME.get(page, f"docs/{page}")
    if page.startswith(SHOWN):
        source = page.removeprefix(SHOWN)
    target = os.path.normpath(PurePosixPath(source).parent / link)
    if target.startswith("docs/") and (ROOT / target).is_dir():
        return f"{target}/README.md"
    return target if (ROOT / target).is_file() and not target.startswith("..") else None


def _page_of(source: str) -> str:
    """Return the page of the site, or the file, that shows a file of the repository."""
    for page, made_from in HOME.items():
        if source == made_from:
            return page
    if source.startswith("docs/") and not source.endswith(".py"):
        return source.removeprefix("docs/")
    return f"{SHOWN}{source}" if source.endswith(".md") else f"{SHOWN}{source}.md"


def _showing(source: str) -> str:
    """Return the page of a file: a document as it is, else code that the search leaves out."""
    text = _read(source)
    if source.endswith(".md"):
        return text
    language = PurePosixPath(source).suffix.removeprefix(".") or "text"
    head = "---\nsearch: {exclude: true}\nhide: [toc]\n---\n"
    return f"{head}# `{source}`\n\n`````{language}\n{text}`````\n"


def _relative(target: str, page: str) -> str:
    return PurePosixPath(os.path.relpath(target, PurePosixPath(page).parent)).as_posix()


def _read(source: str) -> str:
    return (ROOT / source).read_text(encoding="utf-8")

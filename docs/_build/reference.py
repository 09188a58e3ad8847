"""The reference of the schedules: all its pages and pictures."""

import dataclasses
import hashlib
from pathlib import Path

from _build.example import drawn
from _build.index import index
from _build.names import IMAGES, PAGES, public_names
from _build.page import page
from _build.picture import draw, same


@dataclasses.dataclass(frozen=True, kw_only=True)
class Reference:
    """What the files of the reference hold."""

    pages: dict[Path, str]
    pictures: dict[Path, str]

    @property
    def digest(self) -> str:
        """What differs where anything does."""
        files = sorted({**self.pages, **self.pictures}.items())
        return hashlib.sha256("".join(text for _, text in files).encode()).hexdigest()

    def write(self) -> None:
        """Write the files, and remove what no name has any more.

        A picture that shows the same stays as it is, whatever the fonts of this machine.
        """
        for stale in written() - {*self.pages, *self.pictures}:
            stale.unlink()
        for path, text in self.pages.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        for path, svg in self.pictures.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists() or not same(path.read_text(encoding="utf-8"), svg):
                path.write_text(svg, encoding="utf-8")


def reference() -> Reference:
    """Run every example; return the pages and the pictures."""
    names = public_names()
    shown = {name: drawn(each) for name, each in names.items()}
    schedules = {name: each and each.schedule for name, each in shown.items()}
    pages = {each.page: page(each, schedules) for each in names.values()}
    pictures = {
        each.picture: draw(found.schedule, caption=found.code if each.group == "recipes" else None)
        for name, each in names.items()
        if (found := shown[name])
    }
    return Reference(pages={PAGES / "README.md": index(schedules), **pages}, pictures=pictures)


def written() -> set[Path]:
    """Return the files of the reference that are there."""
    found = [*PAGES.rglob("*"), *IMAGES.rglob("*")]
    return {path for path in found if path.is_file()}

"""What a page shows of code that ran: excerpts of an example, what was printed, pictures.

In a page, or in README.md,

- a block `python` is code of the page, and all of them together run from top to bottom;
- a block `python title="examples/13_name.py"` is that example, or with `: Words` behind it the cell
  of the example that the line `# %% Words` begins;
- a block `text title="Output"` is what the block of code before it printed, in lines of at most 100
  columns;
- a picture whose name stands in quotes in that code, `chart.save("curves.svg")`, is what it saved.

The code runs in a folder of its own, with what lies in the folder that is named as the page.
"""

import dataclasses
import functools
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

from _build.run_cells import END

ROOT = Path(__file__).parents[2]
RECORD = Path(__file__).with_name("shown.json")
"""For each page that shows what ran, the digest of the code and of all that it shows."""

QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "COLUMNS": "84"}
"""The environment of code whose output is shown."""

_WRAP = textwrap.TextWrapper(100, break_long_words=False, break_on_hyphens=False)
_BLOCK = re.compile(r'^```(\w+)(?: title="([^"]*)")?\n(.*?)^```$', re.M | re.S)
_PICTURE = re.compile(r"!\[[^\]]*\]\(([^):]+)\)")
_CELL = re.compile(r"^# %% (.+)\n", re.M)
_KERAS = "ignore:__array__ implementation:DeprecationWarning"
"""What Keras itself warns of where it saves on JAX."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Ran:
    """What each cell of a program printed, and the pictures that it saved, by their names."""

    printed: dict[str, str]
    pictures: dict[str, bytes]


@dataclasses.dataclass(frozen=True)
class Program:
    """Code that runs as a whole: its cells by name. `script` is where an example is."""

    cells: dict[str, str]
    script: Path | None = None

    @property
    def code(self) -> str:
        return "".join(self.cells.values())

    def run(self, folder: Path, environment: dict[str, str]) -> Ran:
        """Run it in `folder`.

        Raises:
            RuntimeError: it failed, or, as code of a page, warned; with what it said.
        """
        before = set(folder.rglob("*"))
        script = self.script or folder / "page.py"
        if self.script is None:
            script.write_text(self.code, encoding="utf-8")
        lengths = [cell.count("\n") for cell in self.cells.values()]
        lines = [1 + sum(lengths[:place]) for place in range(1, len(lengths))]
        runner = str(Path(__file__).with_name("run_cells.py"))
        strict = [] if self.script else ["-W", "error", "-W", _KERAS]
        call = [sys.executable, *strict, runner, str(script), *map(str, lines)]
        done = subprocess.run(call, cwd=folder, env=environment, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(done.stderr)
        saved = [path for path in folder.rglob("*") if path not in before]
        return Ran(
            printed=dict(zip(self.cells, done.stdout.split(END)[:-1], strict=True)),
            pictures={p.name: p.read_bytes() for p in saved if p.suffix in (".svg", ".png")},
        )


@dataclasses.dataclass(frozen=True)
class Page:
    """A page as it is written."""

    path: Path

    @functools.cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @functools.cached_property
    def programs(self) -> dict[str, Program]:
        """Its own code by the name "", then the examples that it shows."""
        blocks = list(_BLOCK.finditer(self.text))
        own = [block[3] for block in blocks if block[1] == "python" and not block[2]]
        found = {"": Program({str(place): f"{code}\n" for place, code in enumerate(own)})}
        for block in blocks:
            if block[1] == "python" and block[2]:
                name = block[2].partition(":")[0]
                found.setdefault(name, Program(cells_of(ROOT / name), ROOT / name))
        return found

    @property
    def pictures(self) -> dict[str, Path]:
        """What its code draws: where each picture is, by its name."""
        code = "".join(program.code for program in self.programs.values())
        links = [self.path.parent / link for link in _PICTURE.findall(self.text)]
        return {link.name: link for link in links if f'"{link.name}"' in code}

    @property
    def shows(self) -> bool:
        """Whether anything in it was printed or drawn by its code, or is an excerpt."""
        titled = {block[1] for block in _BLOCK.finditer(self.text) if block[2]}
        return not titled.isdisjoint(("python", "text")) or bool(self.pictures)

    @property
    def digest(self) -> str:
        """What differs where the code, or what it shows of it, does."""
        parts = [block[0] for block in _BLOCK.finditer(self.text) if block[2]]
        parts += [program.code for program in self.programs.values()]
        drawn = [path.read_bytes() for path in self.pictures.values() if path.exists()]
        return hashlib.sha256(b"\0".join([*map(str.encode, parts), *drawn])).hexdigest()

    def run(self, environment: dict[str, str]) -> dict[str, Ran]:
        """Run each of its programs, in a new folder."""
        found = {}
        for name, program in self.programs.items():
            with tempfile.TemporaryDirectory() as temporary:
                folder = Path(temporary)
                if self.path.with_suffix("").is_dir():
                    shutil.copytree(self.path.with_suffix(""), folder, dirs_exist_ok=True)
                if program.cells:
                    found[name] = program.run(folder, environment)
        return found

    def filled(self, ran: dict[str, Ran]) -> str:
        """Return its text with the excerpts and the outputs as they are."""
        printed, own = "", 0

        def fill(block: re.Match[str]) -> str:
            nonlocal printed, own
            language, title, body = block.groups()
            if language == "python" and title:
                name, _, cell = title.partition(": ")
                program = self.programs[name]
                if cell and cell not in program.cells:
                    raise ValueError(
                        f"{name} has no line `# %% {cell}`; {self.path.name} shows it."
                    )
                outputs = ran[name].printed
                printed = outputs[cell] if cell else "".join(outputs.values())
                shown = _CELL.sub("", program.cells[cell]) if cell else program.code
                body = f"{shown.strip()}\n"
            elif language == "python":
                printed, own = ran[""].printed[str(own)], own + 1
            elif title == "Output":
                body = _wrapped(printed)
            head = f'{language} title="{title}"' if title else language
            return f"```{head}\n{body}```"

        return _BLOCK.sub(fill, self.text)


def cells_of(script: Path) -> dict[str, str]:
    """Return the cells of a script; what stands before the first has no name.

    Raises:
        ValueError: two cells have one name.
    """
    text = script.read_text(encoding="utf-8")
    starts = [(0, ""), *((found.start(), found[1]) for found in _CELL.finditer(text))]
    names = [name for _, name in starts]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"{script.name} has two cells {twice[0]!r}. Give one another name.")
    ends = [start for start, _ in starts[1:]] + [len(text)]
    return {name: text[start:end] for (start, name), end in zip(starts, ends, strict=True)}


def _wrapped(printed: str) -> str:
    """Return what was printed, without blank lines around it; its long lines are broken."""
    lines = [line.rstrip() for line in printed.splitlines()]
    broken = "\n".join(line if len(line) <= _WRAP.width else _WRAP.fill(line) for line in lines)
    return f"{text}\n" if (text := broken.strip("\n")) else ""


def pages() -> list[Page]:
    """Return README.md and every page of the docs in English that shows what its code does."""
    found = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    chinese = ROOT / "docs" / "zh"  # _build/translated.py copies what these show
    return [page for page in map(Page, found) if page.shows and page.path.parent != chinese]


def record() -> dict[str, str]:
    """Return the digest of each page as it was when it was last written."""
    return json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}


def refresh(*, everything: bool = False) -> None:
    """Run the code of the pages that changed, or of all, and write what they show."""
    environment = {**os.environ, **QUIET}
    known, found = record(), {}
    for page in pages():
        if everything or known.get(page.name) != page.digest:
            print(f"{page.name} runs", flush=True)
            ran = page.run(environment)
            page.path.write_text(page.filled(ran), encoding="utf-8")
            drawn = {name: data for each in ran.values() for name, data in each.pictures.items()}
            for name, path in page.pictures.items():
                if name not in drawn:
                    raise ValueError(f"The code of {page.name} names {name!r} and saved none.")
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(drawn[name])
        found[page.name] = Page(page.path).digest
        _write({**known, **found})
    _write(found)


def _write(digests: dict[str, str]) -> None:
    RECORD.write_text(f"{json.dumps(digests, indent=2, sort_keys=True)}\n", encoding="utf-8")

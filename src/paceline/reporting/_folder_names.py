"""Names of variants and tasks as folders."""

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Iterable

_LONGEST = 100
"""Bytes of a name; file systems take 255, and some only 143."""


def folder_names(names: Iterable[str]) -> dict[str, str]:
    """Return a folder for each name: the name itself where any file system takes it.

    Otherwise its letters, digits and " -_.,=+()", each run of others as "-", shortened, with the
    start of the name's hash. Names that only differ in case have it too.

    Example:
        >>> folder_names(["cosine(peak=0.1)", "a/b"])
        {'cosine(peak=0.1)': 'cosine(peak=0.1)', 'a/b': 'a-b-c14cddc0'}
    """
    cleaned = {name: _cleaned(name) for name in names}
    folded = Counter(_folded(folder) for folder in cleaned.values())

    def stays(name: str) -> bool:
        return name != "" and cleaned[name] == name and folded[_folded(name)] == 1

    return {
        name: name if stays(name) else _marked(name, folder) for name, folder in cleaned.items()
    }


def _cleaned(name: str) -> str:
    safe = (letter if letter.isalnum() or letter in " -_.,=+()" else "/" for letter in name)
    joined = "-".join(part for part in "".join(safe).split("/") if part)
    return joined.encode()[:_LONGEST].decode(errors="ignore").strip(" .-")


def _folded(folder: str) -> str:
    return unicodedata.normalize("NFC", folder).casefold()


def _marked(name: str, folder: str) -> str:
    mark = hashlib.sha256(name.encode(errors="backslashreplace")).hexdigest()[:8]
    return f"{folder}-{mark}" if folder else mark

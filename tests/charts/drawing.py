"""What tests of charts ask of a picture."""

import struct
import zlib

NASTY_NAMES = [
    "<b>bold</b>",
    "</script><script>window.pwned = 1</script>",
    '<img src=x onerror="window.pwned = 1">',
    "quotes \" and ' and `",
    "back\\slash\\n",
    "🚀 emoji 学习率",
    "line\nbreak\tand tab",
    "a.b[0]['c']",
    "{{ 7 * 7 }} {% raw %}",
    "[red]markup[/red]",
    "x" * 500,
    "x" * 499 + "y",
    "",
    " ",
]


def png_size(data: bytes) -> tuple[int, int]:
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def ink(data: bytes) -> int:
    """Return how many bytes the pixels are when packed: one colour packs to almost nothing."""
    packed, place = b"", 8
    while place < len(data):
        (length,) = struct.unpack(">I", data[place : place + 4])
        if data[place + 4 : place + 8] == b"IDAT":
            packed += data[place + 8 : place + 8 + length]
        place += 12 + length
    return len(set(zlib.decompress(packed)))

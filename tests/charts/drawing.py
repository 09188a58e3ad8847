"""What tests of charts ask of a picture."""

import struct
import xml.etree.ElementTree as ET
import zlib

import vl_convert

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


def rows(chart) -> list[dict]:
    """Return every row of data that a chart holds."""
    spec = chart.to_dict()
    named = [row for data in spec.get("datasets", {}).values() for row in data]
    return named or [row for layer in spec["layer"] for row in layer["data"]["values"]]


def texts(chart, **params) -> list[str]:
    """Return the words of the picture of a chart, whose parameters have other values."""
    root = ET.fromstring(vl_convert.vegalite_to_svg(with_params(chart.to_dict(), **params)))
    words = [node for node in root.iter() if node.tag.endswith(("}text", "}tspan"))]
    return [node.text for node in words if node.text]


def marks(chart, kind: str, **params) -> list[ET.Element]:
    """Return the marks of a kind ("circle", "line mark"...) that the picture of a chart has."""
    root = ET.fromstring(vl_convert.vegalite_to_svg(with_params(chart.to_dict(), **params)))
    return [node for node in root.iter() if node.get("aria-roledescription") == kind]


def with_params(spec: dict, **values) -> dict:
    """Return `spec` after a page has set its parameters."""
    params = [
        {**param, "value": values[param["name"]]} if param["name"] in values else param
        for param in spec.get("params", [])
    ]
    assert set(values) <= {param["name"] for param in params}
    return {**spec, "params": params}

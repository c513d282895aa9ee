"""Measures what dvisvgm draws as Manim does: from ink to ink, not from where TeX's boxes start."""

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

_SVG = "{http://www.w3.org/2000/svg}"
_LINK = "{http://www.w3.org/1999/xlink}href"
_COMMANDS = re.compile(r"([A-Z])([^A-Z]*)")
_NUMBERS = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")


def drawing_size(svg: str) -> tuple[float, float] | None:
    """Return a drawing's width and height in points, or None if it is no sound SVG."""
    try:
        return _size(ET.fromstring(svg))  # noqa: S314 - it loads nothing
    except (ET.ParseError, ValueError):  # a formula may put anything into it
        return None


def _size(root: ET.Element) -> tuple[float, float]:
    _, _, width, height = map(float, root.get("viewBox", "0 0 0 0").split())
    if any("transform" in element.attrib for element in root.iter()):
        return width, height
    edges = [edge for pair in _horizontal_edges(root) for edge in pair]
    return (max(edges) - min(edges) if edges else 0.0), height


def _horizontal_edges(root: ET.Element) -> Iterator[tuple[float, float]]:
    """Yield left and right of each glyph and each rule."""
    glyphs = {f"#{path.get('id')}": _reach(path.get("d", "")) for path in root.iter(f"{_SVG}path")}
    for use in root.iter(f"{_SVG}use"):
        x = float(use.get("x", 0))
        left, right = glyphs.get(use.get(_LINK, ""), (0.0, 0.0))
        yield x + left, x + right
    for rule in root.iter(f"{_SVG}rect"):
        x = float(rule.get("x", 0))
        yield x, x + float(rule.get("width", 0))


def _reach(outline: str) -> tuple[float, float]:
    """Return the least and largest x of an outline, whose commands dvisvgm writes absolute."""
    reached = [0.0] if not outline else []
    for command, text in _COMMANDS.findall(outline):
        numbers = [float(number) for number in _NUMBERS.findall(text)]
        match command:
            case "H":
                reached += numbers
            case "V":
                pass
            case _:
                reached += numbers[::2]
    return min(reached, default=0.0), max(reached, default=0.0)
